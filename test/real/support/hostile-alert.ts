const script = '<script>window.owned = 1</script>';

/** A notification whose every text tries to be more than text: a mention, a link, a script, a picture, formatting. */
export const hostileAlert = {
  version: '4',
  groupKey: '{}:{alertname="<!channel>"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'tocsin',
  groupLabels: { alertname: '<!channel> *Evil* `x`' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'javascript:window.owned=1',
  alerts: [
    {
      status: 'firing',
      labels: {
        alertname: '<!channel> *Evil* `x`',
        severity: 'critical',
        service: script,
        pod: '<!here> @ana <@U0ANA00000> <http://evil.example|click>',
        namespace: '<#C0ONCALL000|oncall> _it_ ~gone~',
      },
      annotations: {
        summary: `<!channel> ${script} *bold* \`code\` <http://evil.example|x> http://evil.example/plain`,
        description: '<img src=x onerror="window.owned = 1">\n> quote',
        dashboard: 'javascript:window.owned=1',
        runbook_url: 'javascript:window.owned=1',
      },
      startsAt: '2026-03-14T10:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'javascript:window.owned=1',
      fingerprint: 'aaaabbbbccccdddd',
    },
  ],
} as const;
