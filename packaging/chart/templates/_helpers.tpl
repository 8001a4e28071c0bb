{{- define "regwatch.labels" -}}
app.kubernetes.io/name: regwatch
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "regwatch.selector" -}}
app.kubernetes.io/name: regwatch
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "regwatch.name" -}}
{{- printf "%s-regwatch" .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
