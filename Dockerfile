# docker build -t netpolscope --build-arg VERSION=1.2.3 .
# docker run --rm --read-only -p 8080:8080 -v netpolscope-links:/data netpolscope
#
# Both base images can be replaced, by a mirror or by a pinned digest.
ARG GO_IMAGE=golang:1.26
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM --platform=${BUILDPLATFORM} ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH VERSION=dev
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" \
    -o /out/netpolscope ./cmd/netpolscope
RUN install -d -m 0700 /out/cache /out/data

FROM ${BASE_IMAGE}
COPY --from=build /out/netpolscope /netpolscope
# The only folder that is written to: Graphviz is compiled once and its machine code
# kept here. Without a writable folder every start compiles it anew, half a second
# of one CPU. In Kubernetes an emptyDir at /cache goes with readOnlyRootFilesystem.
COPY --from=build --chown=65532:65532 /out/cache /cache
# Links are stored here.
COPY --from=build --chown=65532:65532 /out/data /data
ENV XDG_CACHE_HOME=/cache NETPOLSCOPE_STORE=sqlite:/data/links.db
VOLUME ["/cache", "/data"]
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/netpolscope"]
CMD ["serve", "--addr", "0.0.0.0:8080"]
