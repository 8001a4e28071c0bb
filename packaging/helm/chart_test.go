// Package helm renders the chart, in a module of its own: it needs Helm and the types of Kubernetes, which
// nothing else does.
package helm

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

const folder = "../chart"

func TestLint(t *testing.T) {
	for _, m := range lint.RunAll(folder, nil, "default").Messages {
		if m.Severity >= support.WarningSev {
			t.Errorf("helm lint: %s", m)
		}
	}
}

// render returns the objects of the chart, as "helm template" does, decoded strictly.
func render(t *testing.T, values map[string]any) map[string]any {
	t.Helper()
	files, err := template(t, values)
	if err != nil {
		t.Fatal(err)
	}
	objects := make(map[string]any)
	for name, text := range files {
		if strings.TrimSpace(text) == "" || strings.HasSuffix(name, ".tpl") {
			continue
		}
		kind, object := newObject(t, name, text)
		if err := yaml.UnmarshalStrict([]byte(text), object); err != nil {
			t.Errorf("%s is no %s: %v\n%s", name, kind, err, text)
		}
		if objects[kind] != nil {
			t.Errorf("the chart has two objects of the kind %s", kind)
		}
		objects[kind] = object
	}
	return objects
}

// template returns the files that the chart gives.
func template(t *testing.T, values map[string]any) (map[string]string, error) {
	t.Helper()
	c, err := loader.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	full, err := util.ToRenderValues(c, values, common.ReleaseOptions{Name: "demo", Namespace: "default", Revision: 1, IsInstall: true}, common.DefaultCapabilities)
	if err != nil {
		t.Fatal(err)
	}
	return engine.Engine{Strict: true}.Render(c, full)
}

// newObject returns an empty object of the kind that a text is.
func newObject(t *testing.T, name, text string) (kind string, object any) {
	t.Helper()
	var head struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal([]byte(text), &head); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	switch head.APIVersion + " " + head.Kind {
	case "apps/v1 Deployment":
		object = new(appsv1.Deployment)
	case "v1 ConfigMap":
		object = new(corev1.ConfigMap)
	case "v1 Service":
		object = new(corev1.Service)
	case "v1 PersistentVolumeClaim":
		object = new(corev1.PersistentVolumeClaim)
	default:
		t.Fatalf("%s has an object of the kind %s %s, which this test does not know", name, head.APIVersion, head.Kind)
	}
	return head.Kind, object
}

func TestTemplateWithSQLite(t *testing.T) {
	objects := render(t, nil)
	if got, want := slices.Sorted(maps.Keys(objects)), []string{"ConfigMap", "Deployment", "PersistentVolumeClaim", "Service"}; !slices.Equal(got, want) {
		t.Fatalf("the chart has %q; want %q", got, want)
	}
	pod := objects["Deployment"].(*appsv1.Deployment).Spec.Template.Spec
	c := pod.Containers[0]
	if s := c.SecurityContext; !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) || !*pod.SecurityContext.RunAsNonRoot {
		t.Errorf("the container may do more than it needs: %v, %v", s, pod.SecurityContext)
	}
	if c.LivenessProbe.HTTPGet.Path != "/healthz" || c.StartupProbe.HTTPGet.Path != "/healthz" || c.ReadinessProbe.HTTPGet.Path != "/healthz" {
		t.Error("a probe does not ask /healthz")
	}
	claim := objects["PersistentVolumeClaim"].(*corev1.PersistentVolumeClaim)
	if got := pod.Volumes[1].PersistentVolumeClaim; got == nil || got.ClaimName != claim.Name || claim.Annotations["helm.sh/resource-policy"] != "keep" {
		t.Errorf("the volume is %v; want the claim %s, which is kept", got, claim.Name)
	}
	service, deployment := objects["Service"].(*corev1.Service), objects["Deployment"].(*appsv1.Deployment)
	if !maps.Equal(service.Spec.Selector, deployment.Spec.Selector.MatchLabels) {
		t.Errorf("the service selects %v, the deployment %v", service.Spec.Selector, deployment.Spec.Selector.MatchLabels)
	}
	for key, value := range service.Spec.Selector {
		if deployment.Spec.Template.Labels[key] != value {
			t.Errorf("pods lack the label %s: %s", key, value)
		}
	}
}

func TestTemplateWithPostgreSQL(t *testing.T) {
	rule := "id: x\ntitle: \"quotes: {{ and }} braces\"\n"
	objects := render(t, map[string]any{
		"secretName": "regwatch-secrets", "persistence": map[string]any{"enabled": false},
		"replicas": 3,
		"files": map[string]any{
			"regwatch.yaml": "database: {dsn: env:REGWATCH_DATABASE_DSN}\n", "rules/x.yaml": rule,
			"sources/hkma.yaml": nil, "rules/stablecoins.yaml": nil,
		},
	})
	if got := objects["Deployment"].(*appsv1.Deployment).Spec; *got.Replicas != 3 || got.Strategy.Type != appsv1.RollingUpdateDeploymentStrategyType {
		t.Errorf("there are %d replicas, replaced by %s; want 3 and RollingUpdate", *got.Replicas, got.Strategy.Type)
	}
	if objects["PersistentVolumeClaim"] != nil {
		t.Error("there is a claim for a volume")
	}
	pod := objects["Deployment"].(*appsv1.Deployment).Spec.Template.Spec
	if got := pod.Containers[0].EnvFrom[0].SecretRef.Name; got != "regwatch-secrets" {
		t.Errorf("the environment is from %q; want regwatch-secrets", got)
	}
	if pod.Volumes[1].EmptyDir == nil {
		t.Errorf("the data is in %v; want an empty folder", pod.Volumes[1])
	}
	config := objects["ConfigMap"].(*corev1.ConfigMap)
	paths := make(map[string]string)
	for _, item := range pod.Volumes[0].ConfigMap.Items {
		paths[item.Path] = config.Data[item.Key]
	}
	if paths["rules/x.yaml"] != rule || paths["regwatch.yaml"] == "" || len(paths) != 2 {
		t.Errorf("the files of the configuration are %q", paths)
	}
}

func TestSeveralProgramsNeedPostgreSQL(t *testing.T) {
	_, err := template(t, map[string]any{"replicas": 2})
	if err == nil || !strings.Contains(err.Error(), "replicas above 1 need PostgreSQL") {
		t.Errorf("got %v; want an error that says what to set", err)
	}
}
