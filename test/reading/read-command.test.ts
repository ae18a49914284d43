import { describe, expect, it } from 'vitest';
import { filters } from '../../src/interpreter/filters.ts';
import { isPure } from '../../src/reading/programs.ts';
import { readCommand } from '../../src/reading/read-command.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';

const NAMESPACES = ['-n prod', '--namespace=prod', '-nprod', '-n <namespace>', '-n $NAMESPACE', '-A', ''];

/** Forms by how often runbooks use them; the blank takes each way of naming a namespace. */
const READS = [
  'get pods',
  'get pod <pod>',
  'get pods -o wide',
  'get po -oyaml',
  'get deploy,sts',
  'get pods -l app=web --sort-by=.metadata.creationTimestamp',
  'get events --field-selector involvedObject.name=$POD',
  "get pods -o jsonpath='{.items[*].metadata.name}'",
  'get pods -o custom-columns=NAME:.metadata.name --no-headers',
  'get pod <pod> -o json | jq .status',
  'get pods | grep -v Running | wc -l',
  'logs <pod>',
  'logs deploy/web --since=1h | grep -i "error\\|timeout"',
  'logs -f <pod> -c <container>',
  'logs -l app=web --tail=50 --all-containers',
  'logs <pod> --previous --timestamps',
  'describe pod <pod>',
  'describe node $NODE',
  'top pods --sort-by=cpu',
  'rollout status deployment/web --timeout=5m',
  'rollout history deployment web',
  'exec <pod> -- df -h',
  'exec -it <pod> -c web -- cat /etc/hosts',
  'wait --for=condition=ready pod -l app=web --timeout=60s',
];
const CHANGES = [
  'scale deployment web --replicas=3',
  'scale deploy/web --replicas <count>',
  'rollout restart deployment/web',
  'rollout restart deploy web',
  'rollout undo deployment/web',
  'delete pod <pod>',
  'delete pod <pod> --grace-period=0 --force',
  'patch deployment web -p \'{"spec":{"paused":true}}\'',
  'patch cm web --type merge -p \'{"data":{"A":"1"}}\'',
  'set image deployment/web web=img:1',
  'set env deployment/web A=b',
  'annotate pod <pod> a=b --overwrite',
  'label pod <pod> a-',
  'exec <pod> -- rm /tmp/x',
];

const lines = (forms: readonly string[]): string[] =>
  forms.flatMap((form) =>
    NAMESPACES.map((namespace) => `kubectl ${form.replace(/ (?=\||--)|$/, namespace === '' ? '$&' : ` ${namespace}$&`)}`.trim()),
  );
const canRun = (line: string): boolean =>
  !(/-A/.test(line) && / (?:logs|exec|rollout|scale|patch|set|describe node|delete pod <|annotate|label|wait|top)/.test(line)) &&
  !(/-A/.test(line) && /get pod <|describe pod/.test(line));

describe('reading varied lines', () => {
  const all = [
    ...lines(READS).map((line) => ({ line, kind: 'diagnostic' })),
    ...lines(CHANGES).map((line) => ({ line, kind: 'mitigation' })),
  ].filter(({ line }) => canRun(line));

  it('are more than 200', () => {
    expect(all.length).toBeGreaterThanOrEqual(200);
  });

  it.each(all)('$line', ({ line, kind }) => {
    expect(readCommand(line)).toMatchObject({ tokenised: true, typed: true, executable: true, kindOnceFilled: kind });
  });
});

describe('what a line comes to', () => {
  it.each([
    ['watch kubectl get pods -n prod', 'diagnostic'],
    ["watch -n 5 'kubectl delete pod x'", 'mitigation'],
    ['POD=$(kubectl get pods -o name | head -1); kubectl logs $POD', 'diagnostic'],
    ['for p in a b; do kubectl delete pod $p; done', 'mitigation'],
    ['kubectl get pods -o name | xargs kubectl delete', 'mitigation'],
    ['kubectl get pods -o name | xargs -I{} kubectl logs {} --tail=5', 'diagnostic'],
    ['if kubectl get pod x; then echo yes; fi', 'diagnostic'],
    ['k get pods', 'diagnostic'],
    ['oc get pods 2>/dev/null || true', 'diagnostic'],
    ['curl -X POST http://api.example/clear', 'mitigation'],
    ['wget -qO- http://api.example/health', 'diagnostic'],
    ['NS=prod', 'diagnostic'],
    ['kubectl logs $POD', 'parameters'],
    ['systemctl restart kubelet', 'manual'],
    ['aws s3 ls', 'manual'],
    ['kubectl get pods > out.txt', 'manual'],
    ['echo x > /dev/tcp/1.2.3.4/80', 'manual'],
    ['kubectl get secret x -o jsonpath={.data.p} | base64 -d', 'manual'],
    ['bash -c "kubectl delete pod x"', 'manual'],
    ['kubectl delete secret web-tls -n prod', 'manual'],
    ['kubectl annotate secret/web-tls a=b', 'manual'],
    ['kubectl delete pods,secrets -l app=web', 'manual'],
    ["kubectl patch secrets web -p '{}'", 'manual'],
    ['kubectl get secrets', 'diagnostic'],
    ['kubectl set env deployment/web --from=secret/web', 'mitigation'],
    ['$CMD get pods', 'manual'],
    ['kubectl $VERB pods', 'manual'],
    ['./restart.sh', 'manual'],
    ['kubectl exec -it <pod> -- bash', 'manual'],
    ['kubectl port-forward svc/web 8080', 'manual'],
    ['kubectl apply -f web.yaml', 'manual'],
    ['kubectl --server=http://x get pods', 'manual'],
    ['echo "open', 'manual'],
    ['', 'manual'],
  ])('%s is %s', (line, kind) => {
    expect(readCommand(line).kind).toBe(kind);
  });

  it('is manual where the prompt says that it runs inside a pod', () => {
    const [step] = readRunbookSteps(parseRunbook({ path: 'a.md', text: '# A\n## Diagnosis\n```console\nsh-4.4# df -h\n```\n' }));
    expect(step?.commands[0]?.reading).toMatchObject({ kind: 'manual', reason: expect.stringContaining('sh-4.4#') });
  });

  it('knows what the lines above it set, in the same block alone', () => {
    const text = '# A\n## Diagnosis\n```bash\nNS=prod\nkubectl get pods -n $NS\n```\n```bash\nkubectl get pods -n $NS\n```\n';
    const [step] = readRunbookSteps(parseRunbook({ path: 'a.md', text }));
    expect(step?.commands.map(({ reading }) => reading.kind)).toEqual(['diagnostic', 'diagnostic', 'parameters']);
    expect(step?.commands[1]?.reading.calls[0]?.needs).toContainEqual(expect.objectContaining({ resource: 'pods', namespace: 'prod' }));
  });

  it('tells the types of what is open', () => {
    const types = (line: string) =>
      readCommand(line).parameters.map(
        ({ name, type }) => `${name}: ${type.type === 'name' ? `name of ${type.kind ?? 'something'}` : type.type}`,
      );
    expect(types('kubectl logs <pod> -n <ns> -c <c> --tail=<n> --since <t>')).toEqual([
      'pod: name of pod',
      'ns: namespace',
      'c: container',
      'n: number',
      't: duration',
    ]);
    expect(types('kubectl get deploy $NAME -l app=$APP')).toEqual(['NAME: name of deployment', 'APP: label value']);
    expect(types('kubectl get pods | grep <none>')).toEqual([]);
    expect(types('echo $HOME ${X:-y} "$1"')).toEqual([]);
    expect(types("awk '{print $POD}'")).toEqual([]);
  });

  it('never throws, whatever it gets', () => {
    for (const text of ['<', '<<', '<<<', '$(', '`', '${', '((', 'case', '}', '\\', '\u0000', '<<EOF\n<pod>', "$'", '{{', '[['])
      expect(readCommand(text).kind).toBeDefined();
  });

  it("takes the interpreter's filters for what they are", () => {
    expect(filters.filter((name) => !isPure(name))).toEqual([]);
  });
});
