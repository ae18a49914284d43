/**
 * The types of Kubernetes itself in the order of its discovery, one a line: group and version, plural, kind, "n" for namespaced or "c" for the whole cluster, short names.
 */
export const builtInTypes = `
v1 componentstatuses ComponentStatus c cs
v1 configmaps ConfigMap n cm
v1 endpoints Endpoints n ep
v1 events Event n ev
v1 limitranges LimitRange n limits
v1 namespaces Namespace c ns
v1 nodes Node c no
v1 persistentvolumeclaims PersistentVolumeClaim n pvc
v1 persistentvolumes PersistentVolume c pv
v1 pods Pod n po
v1 podtemplates PodTemplate n
v1 replicationcontrollers ReplicationController n rc
v1 resourcequotas ResourceQuota n quota
v1 secrets Secret n
v1 serviceaccounts ServiceAccount n sa
v1 services Service n svc
apiregistration.k8s.io/v1 apiservices APIService c
apps/v1 controllerrevisions ControllerRevision n
apps/v1 daemonsets DaemonSet n ds
apps/v1 deployments Deployment n deploy
apps/v1 replicasets ReplicaSet n rs
apps/v1 statefulsets StatefulSet n sts
events.k8s.io/v1 events Event n ev
authentication.k8s.io/v1 selfsubjectreviews SelfSubjectReview c
authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview c
authorization.k8s.io/v1 selfsubjectrulesreviews SelfSubjectRulesReview c
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler n hpa
batch/v1 cronjobs CronJob n cj
batch/v1 jobs Job n
certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest c csr
networking.k8s.io/v1 ingressclasses IngressClass c
networking.k8s.io/v1 ingresses Ingress n ing
networking.k8s.io/v1 ipaddresses IPAddress c ip
networking.k8s.io/v1 networkpolicies NetworkPolicy n netpol
networking.k8s.io/v1 servicecidrs ServiceCIDR c
policy/v1 poddisruptionbudgets PodDisruptionBudget n pdb
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding c
rbac.authorization.k8s.io/v1 clusterroles ClusterRole c
rbac.authorization.k8s.io/v1 rolebindings RoleBinding n
rbac.authorization.k8s.io/v1 roles Role n
storage.k8s.io/v1 csidrivers CSIDriver c
storage.k8s.io/v1 csinodes CSINode c
storage.k8s.io/v1 csistoragecapacities CSIStorageCapacity n
storage.k8s.io/v1 storageclasses StorageClass c sc
storage.k8s.io/v1 volumeattachments VolumeAttachment c
storage.k8s.io/v1 volumeattributesclasses VolumeAttributesClass c vac
admissionregistration.k8s.io/v1 mutatingadmissionpolicies MutatingAdmissionPolicy c
admissionregistration.k8s.io/v1 mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding c
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration c
admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy c
admissionregistration.k8s.io/v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding c
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration c
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition c crd,crds
scheduling.k8s.io/v1 priorityclasses PriorityClass c pc
coordination.k8s.io/v1 leases Lease n
node.k8s.io/v1 runtimeclasses RuntimeClass c
discovery.k8s.io/v1 endpointslices EndpointSlice n
resource.k8s.io/v1 deviceclasses DeviceClass c
resource.k8s.io/v1 resourceclaims ResourceClaim n
resource.k8s.io/v1 resourceclaimtemplates ResourceClaimTemplate n
resource.k8s.io/v1 resourceslices ResourceSlice c
flowcontrol.apiserver.k8s.io/v1 flowschemas FlowSchema c
flowcontrol.apiserver.k8s.io/v1 prioritylevelconfigurations PriorityLevelConfiguration c
`;
