import { describe, expect, it } from 'vitest';
import { failureText } from '../../src/chat/views/answers.ts';
import { StoreError, TocsinError } from '../../src/kernel/errors.ts';
import { fromSqliteError } from '../../src/store/sqlite/errors.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('native'), { errcode });

describe('what people read when the store fails', () => {
  it('says that nothing was recorded and nothing was done, then why, then what to do', () => {
    const full = fromSqliteError(sqliteError(13));
    expect(failureText(full)).toBe(
      'Nothing was recorded, and nothing was done. The disk under the store is full. Free some space. Please try again in a moment.',
    );
    const damaged = fromSqliteError(sqliteError(11));
    expect(failureText(damaged)).toMatch(
      /^Nothing was recorded, and nothing was done\. The database file is damaged\. .*"Backup and restore"\.$/,
    );
  });

  it('does not promise what it cannot know', () => {
    const lost = new StoreError('The store does not answer in time.', { recorded: 'unknown' });
    expect(failureText(lost)).toBe(
      'It is not known whether this was recorded. The store does not answer in time. Look at the incident before you ask again.',
    );
  });

  it('leaves other refusals as they are', () => {
    expect(failureText(new TocsinError('precondition', 'INC-4 is resolved already.'))).toBe('INC-4 is resolved already.');
    expect(failureText(new TocsinError('unavailable', 'No Kubernetes cluster is configured.', { retryable: false }))).toBe(
      'No Kubernetes cluster is configured.',
    );
  });
});
