# TLS: whether the cluster serves it, and a certificate of this machine's own for trying it out. What members prove to each
# other that they belong together with.
#   run/tls/certificate.pem   for localhost, 127.0.0.1 and ::1; clients that try it trust this file
#   run/tls/key.pem           its private key: mode 0600
#   run/secret                the secret of a cluster on loopback: mode 0600
#   run/cluster-tls/          certificate.pem, key.pem and authority.pem of members that listen beyond loopback

TLS_DIR=$RUN_DIR/tls
TLS_DAYS=90
SECRET_FILE=$RUN_DIR/secret
CLUSTER_TLS_DIR=$RUN_DIR/cluster-tls
CLUSTER_TLS_DAYS=3650

# The settings of members say it, whoever made the certificate.
tls_on() { [[ -n ${TRUNKLINE_TLS_CERTIFICATE:-} ]]; }

# Whether there is a port for JSON-RPC lines without TLS.
tcp_on() { [[ ! ${TRUNKLINE_AUTH_TCP:-} =~ ^(off|mtls)$ ]]; }

# --tls: uses the certificate that the environment names, or one of our own, which is made when there is none.
use_tls() {
  if ! tls_on; then
    make_certificate
    export TRUNKLINE_TLS_CERTIFICATE=$TLS_DIR/certificate.pem TRUNKLINE_TLS_KEY=$TLS_DIR/key.pem
  fi
}

# Members have another working directory than whoever names files of his own.
name_tls_files() {
  local key
  for key in TRUNKLINE_TLS_CERTIFICATE TRUNKLINE_TLS_KEY TRUNKLINE_CLUSTER_{CERTIFICATE,KEY,AUTHORITY}; do
    [[ -z ${!key:-} || ${!key} == /* ]] || export "$key=$PWD/${!key}"
  done
}

on_loopback() { [[ $HOST =~ ^(127\.[0-9.]+|localhost|::1|\[::1\])$ ]]; }

# On loopback the built-in secret would do for the members, but everybody on this machine knows it. Beyond loopback one has
# to be given: the members of other machines need it, too.
use_secret() {
  local secret=''
  [[ -z ${TRUNKLINE_SECRET:-} ]] && on_loopback || return 0
  if [[ -s $SECRET_FILE ]]; then
    IFS= read -r secret <"$SECRET_FILE" || [[ -n $secret ]] || die 73 "cannot read $SECRET_FILE"
  else
    secret=$(od -An -N 24 -tx1 /dev/urandom) && secret=${secret//[[:space:]]/}
    ((${#secret} == 48)) || die 70 "no random bytes from /dev/urandom"
    (umask 077 && printf '%s\n' "$secret" >"$SECRET_FILE") || die 73 "cannot write $SECRET_FILE"
  fi
  export TRUNKLINE_SECRET=$secret
}

# Members that listen beyond loopback show each other certificates. Those of the environment, or our own.
use_cluster_tls() {
  [[ -z ${TRUNKLINE_CLUSTER_CERTIFICATE:-}${TRUNKLINE_CLUSTER_KEY:-}${TRUNKLINE_CLUSTER_AUTHORITY:-} ]] || return 0
  on_loopback || [[ ${TRUNKLINE_ARTERY_PLAIN:-} == accepted ]] && return 0
  make_cluster_certificate
  local file
  for file in certificate key authority; do
    export "TRUNKLINE_CLUSTER_${file^^}=$CLUSTER_TLS_DIR/$file.pem"
  done
}

# An authority that issues one certificate and is forgotten: its key is never kept, so there is nothing to steal.
make_cluster_certificate() {
  local openssl said
  [[ -s $CLUSTER_TLS_DIR/certificate.pem && -s $CLUSTER_TLS_DIR/key.pem && -s $CLUSTER_TLS_DIR/authority.pem ]] && return 0
  openssl=$(command -v openssl) ||
    die 69 "no openssl found to make the members' certificates; install it, or name your own: TRUNKLINE_CLUSTER_CERTIFICATE=... TRUNKLINE_CLUSTER_KEY=... TRUNKLINE_CLUSTER_AUTHORITY=... $(shown) up"
  said=$(
    umask 077
    mkdir -p -- "$CLUSTER_TLS_DIR" && cd -- "$CLUSTER_TLS_DIR" || exit 1
    printf '%s\n' '[req]' 'distinguished_name=name' 'prompt=no' '[name]' 'CN=trunkline' \
      '[authority]' 'basicConstraints=critical,CA:TRUE,pathlen:0' 'keyUsage=critical,keyCertSign' \
      '[member]' 'subjectAltName=DNS:trunkline' 'basicConstraints=critical,CA:FALSE' \
      'keyUsage=critical,digitalSignature' 'extendedKeyUsage=serverAuth,clientAuth' >request.conf
    {
      "$openssl" req -x509 -config request.conf -extensions authority -subj '/CN=trunkline cluster' -newkey rsa:2048 -nodes \
        -sha256 -days "$CLUSTER_TLS_DAYS" -keyout authority.key -out authority.new &&
        "$openssl" req -new -config request.conf -newkey rsa:2048 -nodes -sha256 -keyout key.new -out request.new &&
        "$openssl" x509 -req -in request.new -CA authority.new -CAkey authority.key -set_serial "$((RANDOM + 1))" \
          -extfile request.conf -extensions member -sha256 -days "$CLUSTER_TLS_DAYS" -out certificate.new
    } 2>&1 || { rm -f -- authority.key; exit 1; }
    rm -f -- authority.key request.conf request.new
    mv -f key.new key.pem && mv -f authority.new authority.pem && mv -f certificate.new certificate.pem
  ) || die 1 "openssl made no certificate for the members: ${said##*$'\n'}"
  say "Made a certificate for the members of this cluster: $(tilde "$CLUSTER_TLS_DIR"). Members on other machines need all three files."
}

make_certificate() {
  local openssl said
  openssl=$(command -v openssl) ||
    die 69 "no openssl found to make a certificate; install it, or name your own: TRUNKLINE_TLS_CERTIFICATE=... TRUNKLINE_TLS_KEY=... $(shown) up"
  # One that lasts another week is used again: clients may have been told to trust it.
  if [[ -s $TLS_DIR/key.pem ]] && "$openssl" x509 -in "$TLS_DIR/certificate.pem" -noout -checkend 604800 >/dev/null 2>&1; then
    return 0
  fi
  said=$(
    umask 077
    mkdir -p -- "$TLS_DIR" && cd -- "$TLS_DIR" || exit 1
    # All that is asked for stands here, so that the machine's own configuration of openssl does not matter.
    printf '%s\n' '[req]' 'distinguished_name=name' 'x509_extensions=extensions' 'prompt=no' '[name]' 'CN=localhost' \
      '[extensions]' 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' 'basicConstraints=critical,CA:TRUE,pathlen:0' \
      'keyUsage=critical,digitalSignature,keyCertSign' 'extendedKeyUsage=serverAuth' >request.conf
    "$openssl" req -x509 -config request.conf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
      -days "$TLS_DAYS" -keyout key.new -out certificate.new 2>&1 || exit 1
    rm -f -- request.conf
    chmod 600 key.new && chmod 644 certificate.new && mv -f key.new key.pem && mv -f certificate.new certificate.pem
  ) || die 1 "openssl made no certificate: ${said##*$'\n'}"
  say "Made a certificate for localhost, valid for $TLS_DAYS days: $(tilde "$TLS_DIR/certificate.pem")"
}
