/**
 * Types that OpenShift and widely used operators add, one a line: group and version, plural, kind, "n" for namespaced or "c" for the whole cluster, short names.
 */
export const customTypes = `
config.openshift.io/v1 clusteroperators ClusterOperator c co
config.openshift.io/v1 clusterversions ClusterVersion c
config.openshift.io/v1 infrastructures Infrastructure c
config.openshift.io/v1 proxies Proxy c
config.openshift.io/v1 networks Network c
config.openshift.io/v1 oauths OAuth c
config.openshift.io/v1 featuregates FeatureGate c
config.openshift.io/v1 apiservers APIServer c
config.openshift.io/v1 ingresses Ingress c
config.openshift.io/v1 schedulers Scheduler c
project.openshift.io/v1 projects Project c
route.openshift.io/v1 routes Route n
apps.openshift.io/v1 deploymentconfigs DeploymentConfig n dc
build.openshift.io/v1 builds Build n
build.openshift.io/v1 buildconfigs BuildConfig n bc
image.openshift.io/v1 imagestreams ImageStream n is
image.openshift.io/v1 imagestreamtags ImageStreamTag n istag
image.openshift.io/v1 images Image c
template.openshift.io/v1 templates Template n
security.openshift.io/v1 securitycontextconstraints SecurityContextConstraints c scc
user.openshift.io/v1 users User c
user.openshift.io/v1 groups Group c
oauth.openshift.io/v1 oauthclients OAuthClient c
machine.openshift.io/v1beta1 machines Machine n
machine.openshift.io/v1beta1 machinesets MachineSet n
machine.openshift.io/v1beta1 machinehealthchecks MachineHealthCheck n mhc
machine.openshift.io/v1 controlplanemachinesets ControlPlaneMachineSet n
machineconfiguration.openshift.io/v1 machineconfigs MachineConfig c mc
machineconfiguration.openshift.io/v1 machineconfigpools MachineConfigPool c mcp
machineconfiguration.openshift.io/v1 kubeletconfigs KubeletConfig c
machineconfiguration.openshift.io/v1 containerruntimeconfigs ContainerRuntimeConfig c ctrcfg
operator.openshift.io/v1 etcds Etcd c
operator.openshift.io/v1 kubeapiservers KubeAPIServer c
operator.openshift.io/v1 ingresscontrollers IngressController n
operator.openshift.io/v1 networks Network c
operator.openshift.io/v1 storages Storage c
operator.openshift.io/v1 consoles Console c
operator.openshift.io/v1 dnses DNS c
operator.openshift.io/v1 clustercsidrivers ClusterCSIDriver c
imageregistry.operator.openshift.io/v1 configs Config c
autoscaling.openshift.io/v1 clusterautoscalers ClusterAutoscaler c ca
autoscaling.openshift.io/v1beta1 machineautoscalers MachineAutoscaler n ma
tuned.openshift.io/v1 tuneds Tuned n
metal3.io/v1alpha1 baremetalhosts BareMetalHost n bmh
metal3.io/v1alpha1 provisionings Provisioning c
operators.coreos.com/v1alpha1 subscriptions Subscription n sub
operators.coreos.com/v1alpha1 clusterserviceversions ClusterServiceVersion n csv
operators.coreos.com/v1alpha1 installplans InstallPlan n ip
operators.coreos.com/v1alpha1 catalogsources CatalogSource n catsrc
operators.coreos.com/v1 operatorgroups OperatorGroup n og
logging.openshift.io/v1 clusterloggings ClusterLogging n cl
logging.openshift.io/v1 clusterlogforwarders ClusterLogForwarder n clf
logging.openshift.io/v1 elasticsearches Elasticsearch n
loki.grafana.com/v1 lokistacks LokiStack n
hive.openshift.io/v1 clusterdeployments ClusterDeployment n cd
cluster.open-cluster-management.io/v1 managedclusters ManagedCluster c mcl
sriovnetwork.openshift.io/v1 sriovnetworks SriovNetwork n
kubevirt.io/v1 virtualmachines VirtualMachine n vm,vms
kubevirt.io/v1 virtualmachineinstances VirtualMachineInstance n vmi,vmis
kubevirt.io/v1 virtualmachineinstancemigrations VirtualMachineInstanceMigration n vmim,vmims
kubevirt.io/v1 kubevirts KubeVirt n kv,kvs
cdi.kubevirt.io/v1beta1 datavolumes DataVolume n dv,dvs
cdi.kubevirt.io/v1beta1 dataimportcrons DataImportCron n dic,dics
cdi.kubevirt.io/v1beta1 storageprofiles StorageProfile c
cdi.kubevirt.io/v1beta1 cdis CDI c
hco.kubevirt.io/v1beta1 hyperconvergeds HyperConverged n hco,hcos
ssp.kubevirt.io/v1beta2 ssps SSP n
monitoring.coreos.com/v1 prometheuses Prometheus n prom
monitoring.coreos.com/v1 alertmanagers Alertmanager n am
monitoring.coreos.com/v1 servicemonitors ServiceMonitor n smon
monitoring.coreos.com/v1 podmonitors PodMonitor n pmon
monitoring.coreos.com/v1 prometheusrules PrometheusRule n promrule
monitoring.coreos.com/v1alpha1 alertmanagerconfigs AlertmanagerConfig n amcfg
ocs.openshift.io/v1 storageclusters StorageCluster n
odf.openshift.io/v1alpha1 storagesystems StorageSystem n
ceph.rook.io/v1 cephclusters CephCluster n
ceph.rook.io/v1 cephblockpools CephBlockPool n
ceph.rook.io/v1 cephfilesystems CephFilesystem n
ceph.rook.io/v1 cephobjectstores CephObjectStore n
ceph.rook.io/v1 cephobjectstoreusers CephObjectStoreUser n
noobaa.io/v1alpha1 noobaas NooBaa n nb
noobaa.io/v1alpha1 backingstores BackingStore n
noobaa.io/v1alpha1 bucketclasses BucketClass n
objectbucket.io/v1alpha1 objectbucketclaims ObjectBucketClaim n obc,obcs
objectbucket.io/v1alpha1 objectbuckets ObjectBucket c ob,obs
snapshot.storage.k8s.io/v1 volumesnapshots VolumeSnapshot n vs
snapshot.storage.k8s.io/v1 volumesnapshotcontents VolumeSnapshotContent c vsc,vscs
snapshot.storage.k8s.io/v1 volumesnapshotclasses VolumeSnapshotClass c vsclass,vsclasses
argoproj.io/v1alpha1 applications Application n app,apps
argoproj.io/v1alpha1 applicationsets ApplicationSet n appset,appsets
argoproj.io/v1alpha1 appprojects AppProject n appproj,appprojs
argoproj.io/v1alpha1 rollouts Rollout n ro
argoproj.io/v1alpha1 workflows Workflow n wf
kustomize.toolkit.fluxcd.io/v1 kustomizations Kustomization n ks
helm.toolkit.fluxcd.io/v2 helmreleases HelmRelease n hr
source.toolkit.fluxcd.io/v1 gitrepositories GitRepository n gitrepo
source.toolkit.fluxcd.io/v1 helmrepositories HelmRepository n helmrepo
source.toolkit.fluxcd.io/v1 ocirepositories OCIRepository n ocirepo
cert-manager.io/v1 certificates Certificate n cert,certs
cert-manager.io/v1 certificaterequests CertificateRequest n cr,crs
cert-manager.io/v1 issuers Issuer n
cert-manager.io/v1 clusterissuers ClusterIssuer c
acme.cert-manager.io/v1 orders Order n
acme.cert-manager.io/v1 challenges Challenge n
external-secrets.io/v1 externalsecrets ExternalSecret n es
external-secrets.io/v1 secretstores SecretStore n ss
external-secrets.io/v1 clustersecretstores ClusterSecretStore c css
bitnami.com/v1alpha1 sealedsecrets SealedSecret n
keda.sh/v1alpha1 scaledobjects ScaledObject n so
keda.sh/v1alpha1 scaledjobs ScaledJob n sj
autoscaling.k8s.io/v1 verticalpodautoscalers VerticalPodAutoscaler n vpa
karpenter.sh/v1 nodepools NodePool c
karpenter.sh/v1 nodeclaims NodeClaim c
karpenter.k8s.aws/v1 ec2nodeclasses EC2NodeClass c
kafka.strimzi.io/v1beta2 kafkas Kafka n k
kafka.strimzi.io/v1beta2 kafkatopics KafkaTopic n kt
kafka.strimzi.io/v1beta2 kafkausers KafkaUser n ku
kafka.strimzi.io/v1beta2 kafkaconnects KafkaConnect n kc
kafka.strimzi.io/v1beta2 kafkaconnectors KafkaConnector n kctr
postgresql.cnpg.io/v1 clusters Cluster n
postgresql.cnpg.io/v1 backups Backup n
postgresql.cnpg.io/v1 scheduledbackups ScheduledBackup n
acid.zalan.do/v1 postgresqls postgresql n pg
elasticsearch.k8s.elastic.co/v1 elasticsearches Elasticsearch n es
kibana.k8s.elastic.co/v1 kibanas Kibana n kb
velero.io/v1 backups Backup n
velero.io/v1 restores Restore n
velero.io/v1 schedules Schedule n
velero.io/v1 backupstoragelocations BackupStorageLocation n bsl
traefik.io/v1alpha1 ingressroutes IngressRoute n
networking.istio.io/v1 virtualservices VirtualService n vs
networking.istio.io/v1 destinationrules DestinationRule n dr
networking.istio.io/v1 gateways Gateway n gw
networking.istio.io/v1 serviceentries ServiceEntry n se
security.istio.io/v1 peerauthentications PeerAuthentication n pa
security.istio.io/v1 authorizationpolicies AuthorizationPolicy n ap
gateway.networking.k8s.io/v1 gateways Gateway n gtw
gateway.networking.k8s.io/v1 httproutes HTTPRoute n
gateway.networking.k8s.io/v1 gatewayclasses GatewayClass c gc
metrics.k8s.io/v1beta1 nodes NodeMetrics c
metrics.k8s.io/v1beta1 pods PodMetrics n
cilium.io/v2 ciliumnetworkpolicies CiliumNetworkPolicy n cnp,ciliumnp
cilium.io/v2 ciliumendpoints CiliumEndpoint n cep,ciliumep
cilium.io/v2 ciliumnodes CiliumNode c cn
crd.projectcalico.org/v1 ippools IPPool c
longhorn.io/v1beta2 volumes Volume n lhv
longhorn.io/v1beta2 nodes Node n lhn
longhorn.io/v1beta2 replicas Replica n lhr
cluster.x-k8s.io/v1beta1 clusters Cluster n cl
cluster.x-k8s.io/v1beta1 machines Machine n ma
cluster.x-k8s.io/v1beta1 machinedeployments MachineDeployment n md
cluster.x-k8s.io/v1beta1 machinesets MachineSet n ms
crossplane.io/v1 providers Provider c
tekton.dev/v1 pipelineruns PipelineRun n pr,prs
tekton.dev/v1 taskruns TaskRun n tr,trs
serving.knative.dev/v1 services Service n kservice,ksvc
kyverno.io/v1 clusterpolicies ClusterPolicy c cpol
kyverno.io/v1 policies Policy n pol
nmstate.io/v1 nodenetworkconfigurationpolicies NodeNetworkConfigurationPolicy c nncp
nmstate.io/v1beta1 nodenetworkstates NodeNetworkState c nns
k8s.cni.cncf.io/v1 network-attachment-definitions NetworkAttachmentDefinition n net-attach-def
monitoring.openshift.io/v1 alertingrules AlertingRule n
insights.openshift.io/v1alpha1 datagathers DataGather c
compliance.openshift.io/v1alpha1 compliancescans ComplianceScan n
local.storage.openshift.io/v1 localvolumes LocalVolume n
lvm.topolvm.io/v1alpha1 lvmclusters LVMCluster n
`;
