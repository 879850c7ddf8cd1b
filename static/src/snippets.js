// Policies to begin with. ${} is a place to type.
const head = (name) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: \${default}
spec:
  podSelector: {}
`;

export default [
  { label: "default-deny-ingress", detail: "nobody may call the pods of a namespace", text: `${head("default-deny-ingress")}  policyTypes: [Ingress]\n` },
  { label: "allow-all-ingress", detail: "everybody may call them", text: `${head("allow-all-ingress")}  policyTypes: [Ingress]\n  ingress:\n  - {}\n` },
  { label: "default-deny-egress", detail: "they may call nobody, not even DNS", text: `${head("default-deny-egress")}  policyTypes: [Egress]\n` },
  { label: "allow-all-egress", detail: "they may call everybody", text: `${head("allow-all-egress")}  policyTypes: [Egress]\n  egress:\n  - {}\n` },
  { label: "default-deny-all", detail: "both directions", text: `${head("default-deny-all")}  policyTypes: [Ingress, Egress]\n` },
  {
    label: "allow-dns", detail: "they may look up names",
    text: `${head("allow-dns")}  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
`,
  },
  {
    label: "allow-from-namespace", detail: "pods of one other namespace may call them",
    text: `${head("allow-from-\${namespace}")}  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: \${namespace}
    ports:
    - port: \${8080}
`,
  },
];
