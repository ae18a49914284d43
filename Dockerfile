# The bot alone: production dependencies, TypeScript run as it is, a user without rights, a health check.
FROM node:24-alpine AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-alpine
WORKDIR /app
ENV NODE_ENV=production STORE_URL=file:/data/tocsin.db
RUN mkdir /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY commands ./commands
COPY runbooks ./runbooks
COPY src ./src
RUN rm -rf src/simulator src/web src/cli/try
USER node
VOLUME /data
EXPOSE 8080 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=5s \
  CMD node -e "fetch('http://127.0.0.1:' + (process.env.PORT ?? 8080) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
ENTRYPOINT ["node", "src/cli.ts"]
CMD ["serve"]
