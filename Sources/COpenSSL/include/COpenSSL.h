// Digests, HMAC and random bytes: OpenSSL's libcrypto, as a module.
#pragma once
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
