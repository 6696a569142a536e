#ifndef SHARDWAY_CERTIFICATES_H
#define SHARDWAY_CERTIFICATES_H

// Certificates and keys of PEM texts in memory, and what a certificate says.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

// A certificate, those between it and its authority, and its key.
typedef struct {
  X509 *certificate;
  STACK_OF(X509) *chain;
  EVP_PKEY *key;
} shardway_identity;

// Instead of OpenSSL's own, which asks at the terminal.
static inline int shardway_no_passphrase(char *buffer, int size, int isWriting, void *context) {
  (void)buffer, (void)size, (void)isWriting, (void)context;
  return -1;
}

// Whether reading ended because there is nothing more in the text.
static inline int shardway_pem_is_over(void) {
  unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

static inline void shardway_identity_free(shardway_identity *identity) {
  X509_free(identity->certificate);
  sk_X509_pop_free(identity->chain, X509_free);
  EVP_PKEY_free(identity->key);
  memset(identity, 0, sizeof *identity);
}

// 0, and the reason in the queue of errors: what was read so far is for shardway_identity_free.
static inline int shardway_identity_read_chain(shardway_identity *identity, const void *text,
                                               int count) {
  BIO *bio = BIO_new_mem_buf(text, count);
  if (bio == 0) return 0;
  identity->certificate = PEM_read_bio_X509_AUX(bio, 0, shardway_no_passphrase, 0);
  identity->chain = sk_X509_new_null();
  int isGood = identity->certificate != 0 && identity->chain != 0;
  while (isGood) {
    X509 *next = PEM_read_bio_X509(bio, 0, shardway_no_passphrase, 0);
    if (next == 0) {
      isGood = shardway_pem_is_over();
      if (isGood) ERR_clear_error();
      break;
    }
    isGood = sk_X509_push(identity->chain, next) > 0;
  }
  BIO_free(bio);
  return isGood;
}

static inline int shardway_identity_read_key(shardway_identity *identity, const void *text,
                                             int count) {
  BIO *bio = BIO_new_mem_buf(text, count);
  if (bio == 0) return 0;
  identity->key = PEM_read_bio_PrivateKey(bio, 0, shardway_no_passphrase, 0);
  BIO_free(bio);
  return identity->key != 0 && X509_check_private_key(identity->certificate, identity->key) == 1;
}

static inline int shardway_identity_use(const shardway_identity *identity, SSL_CTX *context) {
  return SSL_CTX_use_cert_and_key(context, identity->certificate, identity->key, identity->chain,
                                  1);
}

// In place of what the context has, of whatever kind of key that is.
static inline int shardway_identity_use_once(const shardway_identity *identity, SSL *connection) {
  SSL_certs_clear(connection);
  return SSL_use_cert_and_key(connection, identity->certificate, identity->key, identity->chain, 1);
}

// Adds the authorities of a text to those that are trusted; where `isAnnounced`, peers are told their names. How many
// there were; 0, and the reason in the queue of errors, where one can't be used or there is none.
static inline int shardway_trust(SSL_CTX *context, const void *text, int count, int isAnnounced) {
  BIO *bio = BIO_new_mem_buf(text, count);
  if (bio == 0) return 0;
  int read = 0;
  while (1) {
    X509 *authority = PEM_read_bio_X509_AUX(bio, 0, shardway_no_passphrase, 0);
    if (authority == 0) {
      if (read == 0 || !shardway_pem_is_over()) read = 0;
      else ERR_clear_error();
      break;
    }
    int isGood = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1;
    if (isGood && isAnnounced) isGood = SSL_CTX_add_client_CA(context, authority) == 1;
    X509_free(authority);
    if (!isGood) {
      read = 0;
      break;
    }
    read += 1;
  }
  BIO_free(bio);
  return read;
}

static inline int shardway_names_count(const GENERAL_NAMES *names) {
  return sk_GENERAL_NAME_num(names);
}

// The kind of a name (GEN_DNS, …), and its text where it is one of ASCII.
static inline int shardway_names_at(const GENERAL_NAMES *names, int place,
                                    const unsigned char **text, long *count) {
  const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, place);
  *count = 0;
  if (name->type == GEN_DNS || name->type == GEN_URI || name->type == GEN_EMAIL) {
    *text = ASN1_STRING_get0_data(name->d.ia5);
    *count = ASN1_STRING_length(name->d.ia5);
  }
  return name->type;
}

static inline GENERAL_NAMES *shardway_alternative_names(const X509 *certificate) {
  return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, 0, 0);
}

// The subject's common name in UTF-8, to be freed by shardway_text_free; 0: there is none.
static inline unsigned char *shardway_common_name(const X509 *certificate, long *count) {
  const X509_NAME *subject = X509_get_subject_name(certificate);
  int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (place < 0) return 0;
  unsigned char *text = 0;
  *count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
  return *count < 0 ? 0 : text;
}

static inline void shardway_text_free(unsigned char *text) { OPENSSL_free(text); }

// The hash of a certificate by the function of its own signature, SHA-256 in place of MD5 and SHA-1 (RFC 5929 section
// 4.1). `hash` has room for EVP_MAX_MD_SIZE bytes. 0: its signature has no such function.
static inline int shardway_end_point_hash(X509 *certificate, unsigned char *hash,
                                          unsigned int *count) {
  int digest = 0;
  if (X509_get_signature_info(certificate, &digest, 0, 0, 0) != 1) return 0;
  if (digest == NID_md5 || digest == NID_sha1) digest = NID_sha256;
  const EVP_MD *function = EVP_get_digestbynid(digest);
  return function != 0 && X509_digest(certificate, function, hash, count) == 1;
}

// Seconds from the Unix epoch until a certificate's first and last moment. 0: a date can't be read.
static inline int shardway_validity(const X509 *certificate, long long *from, long long *to) {
  ASN1_TIME *epoch = ASN1_TIME_set(0, 0);
  if (epoch == 0) return 0;
  int days = 0, seconds = 0;
  int isGood = ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notBefore(certificate)) == 1;
  *from = (long long)days * 86400 + seconds;
  isGood = isGood && ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(certificate)) == 1;
  *to = (long long)days * 86400 + seconds;
  ASN1_TIME_free(epoch);
  return isGood;
}

#endif
