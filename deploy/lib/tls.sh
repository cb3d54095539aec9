# TLS: whether the cluster serves it, and a certificate of this machine's own for trying it out.
#   run/tls/certificate.pem   for localhost, 127.0.0.1 and ::1; clients that try it trust this file
#   run/tls/key.pem           its private key: mode 0600

TLS_DIR=$RUN_DIR/tls
TLS_DAYS=90

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
  for key in TRUNKLINE_TLS_CERTIFICATE TRUNKLINE_TLS_KEY; do
    [[ -z ${!key:-} || ${!key} == /* ]] || export "$key=$PWD/${!key}"
  done
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
