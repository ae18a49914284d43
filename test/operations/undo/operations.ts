import type { ChangeOperation } from '../../../src/doors/operation.ts';
import type { Json, JsonObject } from '../../../src/kernel/json.ts';

type Parts = { replicas?: number; image?: string; annotations?: JsonObject; labels?: JsonObject; templateAnnotations?: JsonObject };

/** A deployment as the API server gives it, with what only the cluster writes. */
export function deployment({ replicas = 3, image = 'worker:1', annotations, labels, templateAnnotations }: Parts): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'worker',
      namespace: 'video',
      uid: 'u-1',
      resourceVersion: '41',
      generation: 2,
      ...(annotations === undefined ? {} : { annotations }),
      ...(labels === undefined ? {} : { labels }),
    },
    spec: {
      replicas,
      template: {
        metadata: templateAnnotations === undefined ? {} : { annotations: templateAnnotations },
        spec: {
          containers: [
            { name: 'main', image },
            { name: 'side', image: 'busybox' },
          ],
        },
      },
    },
    status: { replicas: 3 },
  };
}

type Asked = {
  verb?: string;
  method?: ChangeOperation['request']['method'];
  subresource?: string;
  contentType?: string;
  body?: Json;
  before: Json;
};

/** A change of an object of the namespace "video". */
export function change({ verb = 'patch', method = 'PATCH', subresource, contentType, body, before }: Asked): ChangeOperation {
  const object = before as { kind?: string; metadata?: { name?: string } };
  return {
    type: 'change',
    verb,
    target: {
      apiVersion: 'apps/v1',
      kind: object.kind ?? '',
      resource: 'deployments',
      namespace: 'video',
      name: object.metadata?.name ?? '',
      uid: 'u-1',
    },
    ...(subresource === undefined ? {} : { subresource }),
    request: {
      method,
      path: '/apis/apps/v1/namespaces/video/deployments/worker',
      query: {},
      ...(contentType === undefined ? {} : { contentType }),
      ...(body === undefined ? {} : { body }),
    },
    volatile: [],
    before,
  };
}

/** RFC 7396. */
export function mergePatched(target: Json | undefined, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const start = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const result: Record<string, Json> = Object.fromEntries(
    Object.entries(start).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[key];
    else result[key] = mergePatched(result[key], value);
  }
  return result;
}
