#ifndef SHARDWAY_TICKETS_H
#define SHARDWAY_TICKETS_H

// What session tickets are sealed with.

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

// Sizes of a key: its name, AES-256's part and HMAC's.
enum { SHARDWAY_TICKET_NAME = 16, SHARDWAY_TICKET_CIPHER = 32, SHARDWAY_TICKET_MAC = 32 };

typedef int (*shardway_ticket_callback)(SSL *, unsigned char *, unsigned char *, EVP_CIPHER_CTX *,
                                        EVP_MAC_CTX *, int);

static inline int shardway_tickets_by(SSL_CTX *context, shardway_ticket_callback callback) {
  return SSL_CTX_set_tlsext_ticket_key_evp_cb(context, callback) == 1;
}

// Sets up AES-256-CBC and HMAC-SHA-256 for one ticket.
static inline int shardway_ticket_begin(EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
                                        const unsigned char *cipherKey, const unsigned char *macKey,
                                        const unsigned char *iv, int isSealing) {
  OSSL_PARAM parameters[3];
  parameters[0] =
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)macKey, SHARDWAY_TICKET_MAC);
  parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
  parameters[2] = OSSL_PARAM_construct_end();
  return EVP_MAC_CTX_set_params(mac, parameters) == 1 &&
         EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), 0, cipherKey, iv, isSealing) == 1;
}

#endif
