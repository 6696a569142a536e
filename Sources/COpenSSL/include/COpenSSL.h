#ifndef SHARDWAY_COPENSSL_H
#define SHARDWAY_COPENSSL_H

// OpenSSL as a module: digests, HMAC and random bytes of libcrypto; TLS of libssl.

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Much of libssl is macros with arguments, which Swift does not import.

// What all connections want: TLS 1.2 or newer, no compression, no renegotiation, no sessions to be resumed (as
// PostgreSQL does it), and no buffers of 32 KiB kept for connections that are idle.
static inline int shardway_tls_set_defaults(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  return SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}

static inline int shardway_tls_set_newest_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_max_proto_version(context, version) == 1;
}

static inline int shardway_tls_set_server_name(SSL *connection, const char *name) {
  return SSL_set_tlsext_host_name(connection, name) == 1;
}

// What lies in a memory BIO; valid until something is written to it or it is emptied.
static inline const unsigned char *shardway_bio_bytes(BIO *bio, long *count) {
  char *bytes = 0;
  *count = BIO_get_mem_data(bio, &bytes);
  return (const unsigned char *)bytes;
}

static inline void shardway_bio_empty(BIO *bio) { (void)BIO_reset(bio); }

static inline int shardway_error_is_from_tls(unsigned long code) {
  return ERR_GET_LIB(code) == ERR_LIB_SSL;
}

// Whether the code stands for an errno, which is its reason then.
static inline int shardway_error_is_of_system(unsigned long code) {
  return ERR_SYSTEM_ERROR(code);
}

static inline int shardway_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

#endif
