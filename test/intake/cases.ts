import { describeAlerts } from './alert-cases.ts';
import type { Ground } from './ground.ts';
import { describeRequests } from './request-cases.ts';
import { describeTrouble } from './trouble-cases.ts';

/** What systems of this kind get wrong between a request and an incident, over whichever store. */
export function describeIntake(name: string, makeGround: () => Promise<Ground>): void {
  describeAlerts(name, makeGround);
  describeRequests(name, makeGround);
  describeTrouble(name, makeGround);
}
