import { describeIntake } from './cases.ts';
import { embeddedGround } from './ground.ts';

describeIntake('the embedded store', embeddedGround);
