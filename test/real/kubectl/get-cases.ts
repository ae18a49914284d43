import type { Case } from './compare.ts';

/** Objects of every sort that the cases below ask for. Names sort differently by name, by number and by time. */
export const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "nginx:1.27", ports: [{containerPort: 80}], env: [{name: LEVEL, value: "info"}, {name: FLAG, value: "yes"}]}
        - {name: side, image: "busybox:1.36", command: [sh, -c, "sleep 1; echo 'a: b' # c"]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.77.7, selector: {app: web}, ports: [{name: http, port: 80}, {name: metrics, port: 9090}]}
---
apiVersion: v1
kind: Pod
metadata: {name: job-10, namespace: shop, labels: {app: job, rank: "10"}}
spec: {containers: [{name: main, image: "busybox:1.36", resources: {requests: {cpu: 250m, memory: 64Mi}}}], nodeName: node-0}
---
apiVersion: v1
kind: Pod
metadata: {name: job-9, namespace: shop, labels: {app: job, rank: "9"}}
spec: {containers: [{name: main, image: "busybox:1.36", resources: {requests: {cpu: "1", memory: 32Mi}}}], nodeName: node-0}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: odd
  namespace: shop
  annotations: {"note/long": "a long line that goes on and on and on and on and on and on and on and on and on and on and on, far beyond eighty characters"}
data:
  block: "one\\ntwo\\n"
  stripped: "one\\ntwo"
  kept: "one\\n\\n"
  indented: "  first\\nsecond\\n"
  tab: "a\\tb\\n"
  trailing: "space at end \\nmore\\n"
  number: "012"
  float: "1e3"
  bool: "yes"
  nothing: "null"
  empty: ""
  date: "2026-01-02"
  time: "2026-01-02T03:04:05Z"
  base60: "1:30"
  colon: "a: b"
  colonend: "a:"
  hash: "a #b"
  hashless: "a#b"
  dash: "- x"
  star: "*x"
  quote: "it's"
  quoted: '"x"'
  both: '"it''s"'
  html: "<b>&</b>"
  unicode: "grüße ✓ 😀"
  control: "bell\\u0007"
  tilde: "~"
  equals: "="
  percent: "%x"
  at: "@x"
  question: "?x"
  brace: "{x}"
  lead: " x"
  zed: "x "
  hex: "0x1F"
  under: "1_000"
  version: "1.2.3"
  key-10: "a"
  key-9: "b"
  keyA: "c"
  crlf: "a\\r\\nb"
---
apiVersion: v1
kind: ConfigMap
metadata: {name: empty, namespace: shop}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}, {name: Note, type: string, jsonPath: .spec.note, priority: 1}]
`;

export const widgets = `
apiVersion: example.com/v1
kind: Widget
metadata: {name: small, namespace: shop}
spec: {size: 1, ratio: 0.5, note: "first", tags: [a, b, c]}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: large, namespace: shop}
spec: {size: 20, ratio: 1.25, note: "second"}
`;

const tables: readonly Case[] = [
  'get pods -n shop',
  'get pod -nshop',
  '-n shop get po',
  '--namespace=shop get pods',
  'get pods -n=shop',
  'get --namespace shop pods',
  'get pods -o wide -n shop',
  'get pods -owide -n shop',
  'get pods --no-headers -n shop',
  'get pods --show-labels -n shop',
  'get pods -L app,rank -n shop',
  'get pods -L app -L rank --show-labels -n shop',
  'get pods -A',
  'get pods --all-namespaces -o wide',
  'get po -l app=job -n shop',
  'get pods -lapp=job -n shop',
  "get pods -l 'app in (job)' -n shop",
  "get pods -l 'app notin (job),app' -n shop",
  'get pods --selector=rank=9 -n shop',
  'get pods --field-selector=status.phase=Running -n shop',
  'get pods --field-selector status.phase!=Running -n shop',
  'get pods --sort-by=.metadata.name -n shop',
  'get pods --sort-by={.metadata.name} -n shop',
  'get pods -l app=job --sort-by=.spec.containers[0].resources.requests.cpu -n shop',
  'get pods -l app=job --sort-by=.spec.containers[0].resources.requests.memory -n shop',
  'get pods --sort-by=.metadata.nope -n shop',
  'get deploy,svc -n shop',
  'get deploy/web svc/web -n shop',
  'get deployment web -n shop',
  'get deployments.apps -n shop',
  'get deployments.v1.apps web -n shop',
  'get deploy,svc,pods -n shop --no-headers',
  'get deploy --show-kind -n shop',
  'get pods,nodes -A',
  'get nodes',
  'get no -o wide',
  'get ns shop',
  'get ns',
  'get hpa -n shop',
  'get all -n shop',
  'get wd -n shop',
  'get widgets.example.com -o wide -n shop',
  'get widget small large -n shop',
  'get Pods -n shop',
  'get cm -n shop',
  'get configmap,service -n shop',
  'get rs,deploy -n shop -o wide',
  'get svc web --output=wide -n shop',
  'get crd',
  'get sc',
  'get pdb -n shop',
  'get clusterrole view',
  'get pods --chunk-size=2 -n shop',
  'get events -n nowhere',
];

const errors: readonly Case[] = [
  'get',
  'get pods --bogus',
  'get pods -Z',
  'get pods -AZ',
  'get -n',
  'get pods --namespace',
  'get foo',
  'get foo.bar',
  'get foo/bar',
  'get pods,foo',
  'get pods x -n shop',
  'get pods x',
  'get pods x -n nope',
  'get pods -n nope',
  'get pods -n nope --ignore-not-found',
  'get pod x --ignore-not-found -n shop',
  'get pod x y -n shop',
  'get pod job-9 x -n shop',
  'get pod/job-9 svc/x -n shop',
  'get pod/a b',
  'get pods a/b',
  'get pods a/b/c',
  'get pod/',
  'get pods web -A',
  'get pods job-9 -l app=job -n shop',
  'get pod/job-9 -l app=job -n shop',
  'get pods -A=maybe',
  'get pods --chunk-size=x',
  'get pods -o bogus',
  'get pods -o jsonpath',
  'get pods -o jsonpath={.x -n shop',
  'get pods -o custom-columns',
  'get pods -o custom-columns=',
  'get pods -o custom-columns=A',
  'get pods --show-labels -o yaml',
  'get pods -l app==a==b -n shop',
  "get pods -l '!!' -n shop",
  'get pods --field-selector=spec.nope=1 -n shop',
  'get --raw /nope',
  'get --raw /healthz',
  'get --raw /api/v1/namespaces/shop/pods/x',
  'get --raw /api pods',
  'get nodes x',
  'get node x -n nope',
  'get pods,svc x -n shop',
  'get deploy,pods web -n shop',
  'get pods -n shop --output-watch-events',
  'gett pods',
  'ls',
  'foo',
  'rollout foo',
  '-n',
  'get pods -o go-template',
  'get pods job-9 -n shop -o jsonpath={.metadata.name.x[0]}',
  'get pods -n shop -o jsonpath={.items[99].metadata.name}',
  'get pod job-9 -n shop -o jsonpath={.spec.containers[5].name}',
  'get pods -n shop -o jsonpath={range}',
  "get pods -n shop -o jsonpath='{end}'",
  'get pods job-9 -n shop --allow-missing-template-keys=false -o jsonpath={.nope}',
];

const forms: readonly Case[] = [
  'get cm odd -n shop -o yaml',
  'get cm odd -n shop -oyaml',
  'get cm odd -n shop -o json',
  'get cm empty -n shop -o yaml',
  'get cm -n shop -l nope=1 -o yaml',
  'get cm -n shop -l nope=1 -o json',
  'get cm -n shop -l nope=1 -o name',
  'get deploy web -n shop -o yaml',
  'get deploy web -n shop -o json --show-managed-fields',
  'get deploy,svc -n shop -o yaml',
  'get deploy,svc -n shop -o name',
  'get pods -n shop -l app=job -o name',
  'get pod/job-9 -n shop -o name',
  'get nodes -o name',
  'get widgets -n shop -o yaml',
  'get widgets -n shop -o json',
  'get hpa web -n shop -o yaml',
  'get pods x -n shop -o yaml',
  'get pods job-9 x -n shop -o name',
  'get svc web -n shop -o jsonpath={.spec.clusterIP}',
  "get svc web -n shop -o jsonpath='{.spec.ports[*].name}'",
  'get pods -l app=job -n shop -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}\'',
  "get pods -l app=job -n shop -o jsonpath='{range .items[*]}{.metadata.name}: {range .spec.containers[*]}{.name},{end};{end}'",
  'get pods -l app=nope -n shop -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\n"}{end}x\'',
  'get pods -n shop -o jsonpath=\'{.items[?(@.metadata.name=="job-9")].spec.nodeName}\'',
  'get deploy web -n shop -o jsonpath=\'{.status.conditions[?(@.type=="Available")].status}\'',
  'get nodes -o jsonpath=\'{.items[*].status.addresses[?(@.type=="InternalIP")].address}\'',
  'get deploy web -n shop -o jsonpath={.metadata.labels}',
  'get deploy web -n shop -o jsonpath={.spec.template.spec.containers[*].image}',
  "get deploy web -n shop -o jsonpath='{.spec.template.spec.containers[0]}'",
  'get deploy web -n shop -o jsonpath={..image}',
  'get deploy web -n shop -o jsonpath={.nope}',
  "get deploy web -n shop -o jsonpath='{.metadata.name} {.spec.replicas}'",
  "get widget small -n shop -o jsonpath='{.spec.ratio} {.spec.tags[0:2]} {.spec.tags[-1]} {.spec.tags[-1:]} {.spec.tags[::2]} {.spec.tags[0,2]}'",
  "get widgets -n shop -o jsonpath='{.items[?(@.spec.size>5)].metadata.name}'",
  "get widgets -n shop -o jsonpath='{.items[?(@.spec.tags)].metadata.name}'",
  "get cm odd -n shop -o jsonpath='{.data.key-9}'",
  "get cm odd -n shop -o jsonpath='{.metadata.annotations.note/long}'",
  'get crd widgets.example.com -o jsonpath=\'{.metadata.name}{"\\n"}\'',
  "get node node-0 -o jsonpath='{.metadata.labels.kubernetes\\.io/os}'",
  'get node node-0 -o jsonpath="{.metadata.labels[\'kubernetes\\.io/os\']}"',
  "get deploy web -n shop -o jsonpath-as-json='{.spec.template.spec.containers[*].name}'",
  'get pods -l app=job -n shop -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image',
  'get pods -l app=job -n shop -o custom-columns=NAME:metadata.name,NOPE:.x.y --no-headers',
  'get widgets -n shop -o custom-columns=N:.metadata.name,TAGS:.spec.tags,R:.spec.ratio',
  'get pods -l app=none -n shop -o custom-columns=NAME:.metadata.name',
  'get pod job-9 -n shop -o custom-columns=LABELS:.metadata.labels',
  'get pods -l app=job -n shop --sort-by=.metadata.name -o custom-columns=NAME:.metadata.name',
  'get pods -l app=job -n shop --sort-by=.metadata.labels.rank -o name',
  'get pods -l app=job -n shop -o go-template=\'{{range .items}}{{.metadata.name}} {{.status.phase}}{{"\\n"}}{{end}}\'',
  "get pod job-9 -n shop --template='{{.metadata.name}}'",
  'get pod job-9 -n shop --template={{.nope}}',
  "get deploy web -n shop -o go-template='{{range $i, $c := .spec.template.spec.containers}}{{if $i}}, {{end}}{{$c.name}}={{len $c.image}}{{end}}'",
  'get deploy web -n shop -o template=\'{{if eq .spec.replicas 2}}two{{else}}other{{end}} {{index .metadata.labels "app"}} {{printf "%s-%d" .metadata.name .spec.replicas}}\'',
  'get deploy web -n shop -o go-template=\'{{with .spec.strategy}}{{.type}}{{end}}{{range .nope}}x{{else}} none{{end}}{{if and .spec (not .nope)}} ok{{end}}{{.metadata.name | printf "%q"}}\'',
  "get deploy web -n shop -o go-template='{{.metadata.labels}} {{.spec.template.spec.containers}}'",
  'get --raw /api/v1/namespaces/shop/configmaps/empty',
  'get --raw /version',
  'get pods -n shop -o JSON -l nope=1',
  'get deploy web -n shop --subresource=scale',
  'get deploy web -n shop --subresource=scale -o yaml',
  'get svc -n shop --server-print=true',
  'get svc -n shop -v=0',
  'get svc -n shop --request-timeout=5s',
];

export const getCases: readonly Case[] = [...tables, ...errors, ...forms];
