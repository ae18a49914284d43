import { relaxedPath } from '../output/custom-columns.ts';
import { createJsonPath } from '../output/jsonpath.ts';
import type { JsonPathFinder } from './wait-conditions.ts';

/** The values at a path that may be written without braces: ".status.phase", "status.phase", "{.status.phase}". */
export const jsonPathValues: JsonPathFinder = (expression) => {
  const path = createJsonPath(relaxedPath(expression));
  return (object) => path.find(object);
};
