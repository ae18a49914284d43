/** When the simulated trouble began and ended. */
export type Course = { beganAt?: Date; recoveredAt?: Date };

/**
 * The time in which the story is told. It runs `speed` times as fast as the clock, and for some minutes after the trouble begins, and after it
 * ends, faster still: whoever fires a sample alert sees within minutes what an hour of trouble looks like.
 */
export type StoryTime = { toStory(clockMs: number): number; toClock(storyMs: number): number };

type Leap = { fromMs: number; lengthMs: number; extraMs: number };

const minuteMs = 60_000;

export function createStoryTime(options: { startMs: number; speed: number; course: Course }): StoryTime {
  const { startMs, speed, course } = options;
  const leaps: readonly Leap[] = [
    ...leapAt(course.beganAt, { lengthMs: (4 * minuteMs) / speed, extraMs: 80 * minuteMs }),
    ...leapAt(course.recoveredAt, { lengthMs: (20 * minuteMs) / speed, extraMs: 45 * minuteMs }),
  ];
  // What lies before the start was never played, so it is told at the pace of the clock.
  const pace = (clockMs: number) => clockMs + Math.max(0, clockMs - origin) * (speed - 1);
  const origin = Math.min(startMs, course.beganAt?.getTime() ?? startMs);
  const toStory = (clockMs: number) =>
    Math.round(leaps.reduce((sum, leap) => sum + leap.extraMs * smooth((clockMs - leap.fromMs) / leap.lengthMs), pace(clockMs)));
  return { toStory, toClock: (storyMs) => inverse(toStory, storyMs, storyMs - origin) };
}

function leapAt(at: Date | undefined, leap: Omit<Leap, 'fromMs'>): Leap[] {
  return at === undefined ? [] : [{ ...leap, fromMs: at.getTime() }];
}

/** The clock is never ahead of the story, so it is found between here and as far back as the story has come. */
function inverse(toStory: (clockMs: number) => number, storyMs: number, reachMs: number): number {
  let [low, high] = [storyMs - Math.max(0, reachMs) - 1, storyMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (toStory(middle) >= storyMs) high = middle;
    else low = middle;
  }
  return high;
}

/** 0 before 0, 1 after 1, and no corner in between. */
export function smooth(x: number): number {
  const clamped = Math.min(1, Math.max(0, x));
  return clamped * clamped * (3 - 2 * clamped);
}
