import type { Clock } from '../../../kernel/clock.ts';
import type { FactsHistory } from '../../kubernetes/facts.ts';
import { compareLabels } from '../promql/labels.ts';
import type { Series } from '../promql/storage.ts';
import { factsInTime, quietCluster } from './facts-in-time.ts';
import { recordPlant } from './record.ts';
import type { PlantRecord } from './record.ts';
import { storySeries } from './series.ts';
import { createStoryTime } from './story-time.ts';
import type { Course, StoryTime } from './story-time.ts';

const dayMs = 24 * 60 * 60_000;

/** What can be asked about now: the series up to this moment, and the time they are told in. */
type Scene = { series: readonly Series[]; time: StoryTime };

export type Story = { course(): Course; begin(at: Date): void; recover(at: Date): void; scene(): Scene };

/**
 * The story of the video processing: errors climb while the trouble lasts and the GPU workers are too few for it. Everything follows from the
 * clock, the course and what was so in the cluster, so the same moment always has the same value.
 */
export function createStory(options: { clock: Pick<Clock, 'now'>; speed: number; facts?: () => FactsHistory }): Story {
  const { clock, speed } = options;
  const startMs = clock.now().getTime();
  let course: Course = {};
  let known: { of: string; scene: Scene; plant: PlantRecord } | undefined;

  function stage(history: FactsHistory): { scene: Scene; plant: PlantRecord } {
    const time = createStoryTime({ startMs, speed, course });
    const { beganAt, recoveredAt } = course;
    const beginMs = Math.min(startMs, beganAt?.getTime() ?? startMs);
    const facts = factsInTime(
      history.length > 0 ? history : [{ at: new Date(beginMs), facts: quietCluster(new Date(startMs - dayMs)) }],
      time,
    );
    const plant = recordPlant({
      originMs: beginMs - 7 * dayMs,
      startMs: beginMs,
      facts,
      course: {
        ...(beganAt === undefined ? {} : { beganMs: time.toStory(beganAt.getTime()) }),
        ...(recoveredAt === undefined ? {} : { recoveredMs: time.toStory(recoveredAt.getTime()) }),
      },
    });
    return { scene: { series: storySeries({ plant, facts }).toSorted((a, b) => compareLabels(a.labels, b.labels)), time }, plant };
  }

  return {
    course: () => course,
    begin(at) {
      const lasts = course.beganAt !== undefined && course.recoveredAt === undefined;
      if (!lasts) course = { beganAt: at };
    },
    recover(at) {
      if (course.beganAt !== undefined && course.recoveredAt === undefined) course = { ...course, recoveredAt: at };
    },
    scene() {
      const history = options.facts?.() ?? [];
      const of = JSON.stringify([course, history.length, history.at(-1)]);
      if (known?.of !== of) known = { of, ...stage(history) };
      known.plant.playUntil(known.scene.time.toStory(clock.now().getTime()));
      return known.scene;
    },
  };
}
