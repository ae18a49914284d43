import { MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { attempt, writing } from '../../src/store/mongo/errors.ts';

const says = (code: number) => new MongoServerError({ message: 'no', code });
const reset = Object.assign(new Error('write ECONNRESET'), { syscall: 'write', code: 'ECONNRESET' });

async function failureOf(error: Error, kind: 'read' | 'write'): Promise<unknown> {
  const fail = async () => {
    throw error;
  };
  return attempt(kind === 'read' ? fail : () => writing(fail)).catch((failure: unknown) => failure);
}

describe('what a failed exchange with MongoDB means', () => {
  test.for([
    [10_107, 'no', /primary/],
    [14_031, 'no', /disk .* is full/],
    [189, 'unknown', /primary/],
    [11_600, 'unknown', /shutting down/],
    [50, 'unknown', /does not answer as it should/],
  ] as const)('a write that is answered with %i: recorded %s', async ([code, recorded, message]) => {
    expect(await failureOf(says(code), 'write')).toMatchObject({
      code: 'unavailable',
      retryable: true,
      recorded,
      message: expect.stringMatching(message),
    });
    expect(await failureOf(says(code), 'read')).toMatchObject({ recorded: 'no' });
  });

  test.for([
    ['the driver', new MongoNetworkError('connection reset')],
    ['the system', reset],
  ] as const)('a connection that breaks, in the words of %s, is no defect of ours', async ([, error]) => {
    expect(await failureOf(error, 'write')).toMatchObject({ code: 'unavailable', retryable: true, recorded: 'unknown' });
    expect(await failureOf(error, 'read')).toMatchObject({ code: 'unavailable', retryable: true, recorded: 'no' });
  });

  test('a login that is refused needs a person, and a defect is called one', async () => {
    expect(await failureOf(says(18), 'write')).toMatchObject({ code: 'unavailable', retryable: false, recorded: 'no' });
    expect(await failureOf(new RangeError('ours'), 'read')).toMatchObject({ code: 'internal' });
  });
});
