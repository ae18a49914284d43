import type { Access } from './cluster.ts';

/** A kubeconfig as the bot takes it: one account that reads, and one that also changes. */
export function twoAccounts({ url, tokens }: Access): string {
  const account = (name: string, token: string) => ({ name, user: { token } });
  const context = (user: string) => ({ name: user, context: { cluster: 'simulated', user, namespace: 'default' } });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'simulated', cluster: { server: url } }],
    users: [account('reader', tokens.reader), account('mutator', tokens.mutator)],
    contexts: [context('reader'), context('mutator')],
    'current-context': 'reader',
  });
}
