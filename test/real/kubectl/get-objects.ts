/** Objects of every sort that the cases ask for. Names sort differently by name, by number and by time. */
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
