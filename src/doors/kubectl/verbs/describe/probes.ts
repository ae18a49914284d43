import type { JsonObject } from '../../../../kernel/json.ts';
import { numberAt, objectAt, stringsAt, textAt } from '../../json-fields.ts';

/** A probe on one line: "http-get http://:8080/health delay=0s timeout=1s period=10s #success=1 #failure=3". */
export function probeText(probe: JsonObject): string {
  const seconds = (field: string) => numberAt(probe, field);
  const times = `delay=${seconds('initialDelaySeconds')}s timeout=${seconds('timeoutSeconds')}s period=${seconds('periodSeconds')}s`;
  return `${actionText(probe)} ${times} #success=${seconds('successThreshold')} #failure=${seconds('failureThreshold')}`;
}

function actionText(probe: JsonObject): string {
  const [exec, http, tcp, grpc] = [
    objectAt(probe, 'exec'),
    objectAt(probe, 'httpGet'),
    objectAt(probe, 'tcpSocket'),
    objectAt(probe, 'grpc'),
  ];
  if (exec !== undefined) return `exec [${stringsAt(exec, 'command').join(' ')}]`;
  if (http !== undefined) return `http-get ${urlText(http)}`;
  if (tcp !== undefined) return `tcp-socket ${textAt(tcp, 'host')}:${textAt(tcp, 'port')}`;
  if (grpc !== undefined) return `grpc <pod>:${textAt(grpc, 'port')} ${textAt(grpc, 'service')}`;
  return 'unknown';
}

function urlText(http: JsonObject): string {
  const scheme = textAt(http, 'scheme').toLowerCase();
  const host = textAt(http, 'host');
  const path = encodeURI(textAt(http, 'path')).replaceAll('?', '%3F').replaceAll('#', '%23');
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  return `${scheme === '' ? '' : `${scheme}:`}//${host.includes(':') ? `[${host}]` : host}:${textAt(http, 'port')}${rooted}`;
}
