import { systemClock } from '../../src/kernel/clock.ts';
import { createVideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';

// The example cluster and its Prometheus in a process of their own, so that what they compute is not measured as ours.

const cluster = createVideoWorld({ clock: systemClock });
const prometheus = createSimulatedPrometheus({ clock: systemClock, facts: () => cluster.history() });
const { url, token } = await cluster.listen();
const { url: prometheusUrl } = await prometheus.listen();
prometheus.begin();
process.once('disconnect', () => process.exit(0));
process.send?.({ url, token, prometheusUrl });
