/** When the simulated trouble began and ended. */
export type Course = { beganAt?: Date; recoveredAt?: Date };

export type Sample = { metric: Readonly<Record<string, string>>; value: number };

/** How bad it is from 0 (all is well) to 1, so many simulated milliseconds into the course. */
function badness(course: Course, at: Date, pace: { rampMs: number; fallMs: number }): number {
  const { beganAt, recoveredAt } = course;
  if (beganAt === undefined || at < beganAt) return 0;
  const isOver = recoveredAt !== undefined && at > recoveredAt;
  const risen = smooth(((isOver ? recoveredAt : at).getTime() - beganAt.getTime()) / pace.rampMs);
  return isOver ? risen * (1 - smooth((at.getTime() - recoveredAt.getTime()) / pace.fallMs)) : risen;
}

/** 0 before 0, 1 after 1, and no corner in between. */
function smooth(x: number): number {
  const clamped = Math.min(1, Math.max(0, x));
  return clamped * clamped * (3 - 2 * clamped);
}

/** A little unrest that depends on the time alone, so that the same moment always has the same value. */
function unrest(at: Date, size: number): number {
  return size * Math.sin(at.getTime() / 17_000);
}

type Moment = { at: Date; long: number; short: number };
type Answer = (moment: Moment) => readonly Sample[];

const minuteMs = 60_000;
const single = (value: number): readonly Sample[] => [{ metric: {}, value }];
const errorRate = (bad: number, at: Date) => 0.32 + 7.08 * bad + unrest(at, 0.04);
const errorTypes = { gpu_out_of_memory: 0.71, decode_timeout: 0.18, storage_upload: 0.11 } as const;
const requestsPerSecond = 42;

const gpuPods = ['gpu-worker-7c9d5b8f4-2xkqp', 'gpu-worker-7c9d5b8f4-6m4tz', 'gpu-worker-7c9d5b8f4-w8hnd'] as const;
const pods = [...gpuPods, 'asr-worker-5f6b7c9d8-k2vlm', 'api-gateway-6d8c9b7f5-q9zrt'] as const;

function perPod(name: string, value: (index: number) => number): readonly Sample[] {
  return pods.map((pod, index) => ({ metric: { __name__: name, namespace: 'video-processing', pod }, value: value(index) }));
}

/** The queries of the runbook, without white space, and what they show. Long windows see less of the end of the trouble. */
const answers: Readonly<Record<string, Answer>> = {
  'sum(rate(video_processing_errors_total[1h]))/sum(rate(video_processing_total[1h]))*100': ({ at, long }) => single(errorRate(long, at)),
  'sum(rate(video_processing_errors_total[5m]))/sum(rate(video_processing_total[5m]))*100': ({ at, short }) => single(errorRate(short, at)),
  'sum(rate(video_processing_success_total[5m]))/sum(rate(video_processing_total[5m]))*100': ({ at, short }) =>
    single(100 - errorRate(short, at)),
  'sum(rate(video_processing_errors_total[1h]))by(error_type)': ({ at, long }) =>
    Object.entries(errorTypes).map(([type, share]) => ({
      metric: { error_type: type },
      value: (share * requestsPerSecond * errorRate(long, at)) / 100,
    })),
  'sum(video_processing_queue_depth)': ({ at, short }) => single(Math.round(180 + 4200 * short + unrest(at, 15))),
  nvidia_gpu_utilization: ({ at, short }) =>
    gpuPods.map((pod, index) => ({
      metric: { __name__: 'nvidia_gpu_utilization', namespace: 'video-processing', pod, gpu: String(index) },
      value: Math.round(63 + 34 * short + unrest(at, 2)),
    })),
  container_memory_usage_bytes: ({ short }) =>
    perPod('container_memory_usage_bytes', (index) => Math.round((index < gpuPods.length ? 9 + 6 * short : 1.5) * 2 ** 30)),
  container_cpu_usage_seconds_total: ({ at }) =>
    perPod('container_cpu_usage_seconds_total', (index) => Math.round((at.getTime() / 1000) % 1e6) + index * 1000),
  up: () => ['api-gateway', 'gpu-worker', 'asr-worker', 'nats'].map((job) => ({ metric: { __name__: 'up', job }, value: 1 })),
};

/** What a query shows at a moment; no samples for one that the script does not know. `speed` makes the course run faster. */
export function evaluate(promql: string, course: Course, how: { at: Date; speed: number }): readonly Sample[] {
  const { at, speed } = how;
  const text = promql.replaceAll(/\s+/g, '');
  // A property that every object inherits is no query of ours.
  const answer = Object.hasOwn(answers, text) ? answers[text] : undefined;
  if (answer === undefined) return [];
  const pace = (ramp: number, fall: number) => ({ rampMs: (ramp * minuteMs) / speed, fallMs: (fall * minuteMs) / speed });
  return answer({ at, long: badness(course, at, pace(4, 20)), short: badness(course, at, pace(3, 5)) });
}

/** Where the brackets or quotes of a query stop matching (1-based), or undefined: the one fault of syntax that the simulation knows. */
export function unbalancedAt(promql: string): number | undefined {
  const open: { closer: string; position: number }[] = [];
  const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  for (let index = 0; index < promql.length; index += 1) {
    const character = promql.charAt(index);
    const closer = closers[character];
    if (/["'`]/.test(character)) {
      const end = closingQuote(promql, index);
      if (end === undefined) return index + 1;
      index = end;
    } else if (closer !== undefined) open.push({ closer, position: index + 1 });
    else if (/[)\]}]/.test(character) && open.pop()?.closer !== character) return index + 1;
  }
  return open.at(-1)?.position;
}

function closingQuote(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  for (let index = start + 1; index < text.length; index += 1) {
    if (text.charAt(index) === '\\' && quote !== '`') index += 1;
    else if (text.charAt(index) === quote) return index;
  }
  return undefined;
}
