FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /dentalk ./cmd/dentalk && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /dentalk /dentalk
COPY --from=build --chown=nonroot:nonroot /data /data
ENV DENTALK_ADDR=:8080 DENTALK_DATA_DIR=/data
EXPOSE 8080
ENTRYPOINT ["/dentalk"]
CMD ["serve"]
