#ifndef SHARDWAY_COPENSSL_H
#define SHARDWAY_COPENSSL_H

// OpenSSL as a module: digests, HMAC and random bytes of libcrypto; TLS of libssl.

#include <openssl/bio.h>
#include <openssl/buffer.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "certificates.h"
#include "tickets.h"

// Much of libssl is macros with arguments, which Swift does not import.

// What all connections want: no compression, no renegotiation, and no buffers of 32 KiB kept for connections that are
// idle. Tickets and sessions are for whoever asks for them afterwards.
static inline void shardway_tls_set_defaults(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline void shardway_tls_forbid_tickets(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

static inline int shardway_tls_set_versions(SSL_CTX *context, int oldest, int newest) {
  return SSL_CTX_set_min_proto_version(context, oldest) == 1 &&
         SSL_CTX_set_max_proto_version(context, newest) == 1;
}

// Clients' certificates are asked for, and refused where they are not of an authority; `isNeeded`: so is having none.
static inline void shardway_tls_ask_for_certificate(SSL_CTX *context, int isNeeded) {
  int mode = SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE;
  SSL_CTX_set_verify(context, isNeeded ? mode | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : mode, 0);
}

// Servers answer the name that a client asks for, so that OpenSSL keeps it with the session.
static inline void shardway_tls_on_server_name(SSL_CTX *context,
                                               int (*callback)(SSL *, int *, void *)) {
  SSL_CTX_set_tlsext_servername_callback(context, callback);
}

// The object that the callbacks of a context or a connection work for.
static inline void shardway_tls_set_owner(SSL_CTX *context, void *owner) {
  SSL_CTX_set_app_data(context, owner);
}
static inline void *shardway_tls_owner(SSL *connection) {
  return SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection));
}
static inline void shardway_tls_set_ticket(SSL *connection, void *place) {
  SSL_set_app_data(connection, place);
}
static inline void *shardway_tls_ticket(const SSL *connection) { return SSL_get_app_data(connection); }

// Calls `callback` as a handshake goes on, and in TLS 1.3 after each ticket that comes later. OpenSSL's own
// callback for sessions comes with its cache, which bars sessions of TLS 1.3 from a second use, and with them those that they
// lead to.
static inline void shardway_tls_on_step(SSL_CTX *context,
                                           void (*callback)(const SSL *, int, int)) {
  SSL_CTX_set_info_callback(context, callback);
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

// Gives a memory BIO's room back where it is empty and has grown beyond `most` bytes. 0: no memory for a smaller one.
static inline int shardway_bio_trim(BIO *bio, size_t most) {
  BUF_MEM *memory = 0;
  BIO_get_mem_ptr(bio, &memory);
  if (memory == 0 || memory->max <= most || BIO_ctrl_pending(bio) > 0) return 1;
  BUF_MEM *fresh = BUF_MEM_new();
  if (fresh == 0) return 0;
  return BIO_set_mem_buf(bio, fresh, BIO_CLOSE) == 1;
}

static inline int shardway_error_is_from_tls(unsigned long code) {
  return ERR_GET_LIB(code) == ERR_LIB_SSL;
}

// Whether the code stands for an errno, which is its reason then.
static inline int shardway_error_is_of_system(unsigned long code) {
  return ERR_SYSTEM_ERROR(code);
}

static inline int shardway_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

#endif
