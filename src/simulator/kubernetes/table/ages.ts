/** A span in the API server's short form: "45s", "3m20s", "5h", "12d". */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return both([minutes, 'm'], [seconds % 60, 's']);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return both([hours, 'h'], [minutes % 60, 'm']);
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return both([days, 'd'], [hours % 24, 'h']);
  if (days < 730) return `${days}d`;
  return days < 2920 ? both([Math.trunc(days / 365), 'y'], [days % 365, 'd']) : `${Math.trunc(days / 365)}y`;
}

function both([large, largeUnit]: readonly [number, string], [small, smallUnit]: readonly [number, string]): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** How long ago a time of the API was; "<unknown>" without one. */
export function ageOf(time: string, now: Date): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? '<unknown>' : humanDuration(now.getTime() - at);
}
