/**
 * Where the simulator deliberately answers otherwise, and why. `on` says in which requests or command lines. Then either `at` names places in the
 * JSON, where `but` is the part of a text that may differ; or `lines` names printed lines. An entry that explains nothing any more fails the test,
 * unless the real server answers so only `sometimes`.
 */
export type KnownDifference = { on: RegExp; why: string; sometimes?: true } & ({ at: RegExp; but?: RegExp } | { lines: RegExp });

export const knownDifferences: readonly KnownDifference[] = [
  {
    on: /^GET /,
    at: /\.columnDefinitions\[\d+\]\.description$/,
    why: 'descriptions of columns are the documentation of the API; nothing prints them',
  },
  { on: /^GET .*\/configmaps/, at: /\.annotations$/, why: 'kube-root-ca.crt is described by a sentence of the documentation' },
  {
    on: /\/daemonsets /,
    at: /\.rows\[\d+\]\.object\.metadata\.annotations$/,
    why: 'the internal form of a DaemonSet keeps the count of its templates elsewhere',
  },
  {
    on: /horizontalpodautoscalers/,
    at: /\.status|\.cells\[[25]\]$/,
    why: 'the simulated cluster measures its pods, the real one here has no metrics server',
  },
  {
    on: /^kubectl (get|describe) hpa/,
    lines: /^slow |resource cpu|Deployment pods|AbleToScale|ScalingActive|Metrics|^Events|^ +Type  Reason|^ +----/,
    why: 'the same',
  },
  {
    on: /^PATCH .*\/pods\/lone /,
    at: /\.message$/,
    but: /\n[^]*$/,
    why: 'the real server adds the difference of the two specifications as Go prints it',
  },
  {
    on: /^PATCH .*\/jobs\/report /,
    at: /\.message$/,
    but: /Invalid value: \{.*\}: /,
    why: 'a template is shown in the internal form of the server',
  },
  {
    on: /^PATCH /,
    at: /\.message$/,
    but: /Invalid value: "\{.*\}": /,
    why: 'the object that a patch makes is written in the order of its Go type',
  },
  { on: /^POST .*selfsubjectreviews/, at: /\.userInfo\.(uid|extra)$/, why: 'accounts of the simulator have a name and groups only' },
  {
    on: /^DELETE .*\/pods\/guarded\?gracePeriodSeconds=0/,
    at: /^\.body\.metadata\.resourceVersion$/,
    sometimes: true,
    why: 'the real server marks the pod and then deletes it; where the kubelet was quicker, it shows the pod as it was before it had a version',
  },
  {
    on: /^GET .*\/pods/,
    at: /\.status\.conditions\[\d\]\.(status|reason)$/,
    why: 'a pod that has ended is not ready; the fake kubelets leave it so',
  },
  {
    on: /^kubectl describe deployment web/,
    lines: /ScalingReplicaSet/,
    why: 'after ten events in ten minutes the real controllers combine them',
  },
  {
    on: /^kubectl create -f - --dry-run/,
    lines: /./,
    why: 'the simulator has no schemas, so kubectl cannot check what it creates; with --validate=false it does not',
  },
  {
    on: /^kubectl create configmap sent/,
    lines: /./,
    why: 'kubectl sends some new objects in the binary form, which the simulator reads only for reviews and evictions',
  },
  {
    on: /^kubectl describe (pdb|pvc|node|namespace)/,
    lines: /^Events|^ +Type  Reason|^ +----|NoPods|UnmanagedPods|ProvisioningFailed|RegisteredNode/,
    why: 'controllers of budgets, volumes and nodes tell no events here',
  },
];
