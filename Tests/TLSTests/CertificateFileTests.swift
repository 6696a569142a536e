import Foundation
import TLS
import Testing

@Suite("Files of certificates and keys")
struct CertificateFileTests {
  let certificates: Certificates

  init() throws { certificates = try Certificates.shared.get() }

  private func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
    let path = certificates.path(name)
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  /// What is said of the files; nil where they are good.
  private func fault(_ certificate: String, _ key: String, _ names: [String] = []) -> TLSError? {
    do throws(TLSError) {
      _ = try TLSCertificate(certificatePath: certificate, keyPath: key, names: names)
      return nil
    } catch {
      return error
    }
  }

  @Test("are refused by name and reason where they can't be used")
  func faults() throws {
    let (certificate, key) = (certificates.certificate, certificates.key)
    let folder = certificates.folder.path
    let noPEM = try write("text.pem", "no certificate\n")
    let half = try write(
      "half.pem", String(String(contentsOfFile: certificate, encoding: .utf8).prefix(300)))
    let large = try write("large.pem", String(repeating: "x", count: TLSLimits.fileBytes + 1))
    let cases: [(TLSError?, TLSError)] = [
      (
        fault("/nowhere/a.crt", key),
        .certificateUnusable(path: "/nowhere/a.crt", reason: "No such file or directory")
      ),
      (fault(folder, key), .certificateUnusable(path: folder, reason: "it is no file")),
      (fault(noPEM, key), .certificateUnusable(path: noPEM, reason: "no start line")),
      (
        fault(large, key),
        .certificateUnusable(
          path: large, reason: "it has more than \(TLSLimits.fileBytes) bytes")
      ),
      (
        fault(certificate, "/nowhere/a.key"),
        .keyUnusable(path: "/nowhere/a.key", reason: "No such file or directory")
      ),
      (
        fault(certificate, certificates.strangerKey),
        .keyUnusable(path: certificates.strangerKey, reason: "key values mismatch")
      ),
      (
        fault(certificate, certificates.acme.key),
        .keyUnusable(path: certificates.acme.key, reason: "key type mismatch")
      ),
      (fault(certificate, key, ["a b"]), .badServerName("a b")),
      (fault(certificate, key, ["a.*.b"]), .badServerName("a.*.b")),
      (fault(certificate, key, ["*."]), .badServerName("*.")),
    ]
    for (said, expected) in cases { #expect(said == expected) }
    guard case .certificateUnusable(half, _)? = fault(half, key) else {
      Issue.record("half a certificate was taken")
      return
    }
    #expect(fault(certificate, key) == nil)
  }

  @Test("of keys must be their owner's alone", arguments: [0o640, 0o604, 0o660, 0o644])
  func readable(mode: Int) throws {
    let text = try String(contentsOfFile: certificates.key, encoding: .utf8)
    let path = try write("mode-\(mode).key", text, mode: mode)
    #expect(fault(certificates.certificate, path) == .keyReadableByOthers(path: path))
  }

  @Test("with a passphrase are refused, and nobody is asked for it")
  func passphrase() throws {
    let path = certificates.path("locked.key")
    try certificates.openSSL([
      "pkey", "-in", certificates.key, "-aes256", "-passout", "pass:secret", "-out", path,
    ])
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    guard case .keyUnusable(path, _)? = fault(certificates.certificate, path) else {
      Issue.record("the key was taken")
      return
    }
  }

  @Test("of authorities hold at least one, and only good ones")
  func authorities() throws {
    let one = try String(contentsOfFile: certificates.certificate, encoding: .utf8)
    let other = try String(contentsOfFile: certificates.strangerCertificate, encoding: .utf8)
    _ = try TLSAuthorities(path: try write("both.pem", "# two\n\(one)\n\(other)"))
    for (name, text) in [("none.pem", "# none\n"), ("cut.pem", one + other.prefix(200))] {
      let path = try write(name, text)
      #expect {
        try TLSAuthorities(path: path)
      } throws: {
        guard case TLSError.certificateUnusable(path, _)? = $0 as? TLSError else { return false }
        return true
      }
    }
  }

  @Test("are not needed once they are read")
  func readOnce() throws {
    try certificates.make("gone", names: "DNS:gone.example.com")
    let files = certificates.files("gone")
    let read = try files.read()
    try FileManager.default.removeItem(atPath: files.certificate)
    try FileManager.default.removeItem(atPath: files.key)
    _ = try TLSContext(server: TLSContext.ServerSettings(certificates: [read]))
  }

  @Test("say from when to when, and never the key")
  func contents() throws {
    let read = try certificates.acme.read()
    let now = Int64(Date.now.timeIntervalSince1970)
    #expect(read.validFrom <= now && now - read.validFrom < 3600)
    #expect(read.validTo - read.validFrom == 2 * 86_400)
    var text = ""
    dump(read, to: &text)
    #expect(text.contains("key: (secret)") && !text.contains("bytes"))
    #expect("\(read)".contains("(secret)"))
  }

  @Test("with chains are shown whole")
  func chain() throws {
    let (root, middle, leaf) = ("chain-root", "chain-middle", "chain-leaf")
    try certificates.make(root, subject: "/CN=root")
    for (name, issuer, extensions) in [
      (middle, root, "basicConstraints=critical,CA:TRUE"),
      (leaf, middle, "subjectAltName=DNS:leaf.example.com"),
    ] {
      try sign(name, by: issuer, extensions)
    }
    let files = certificates.files(leaf)
    let whole = try write(
      "whole.pem",
      String(contentsOfFile: files.certificate, encoding: .utf8)
        + String(contentsOfFile: certificates.files(middle).certificate, encoding: .utf8))
    for (path, isGood) in [(whole, true), (files.certificate, false)] {
      let server = try TLSContext(
        server: TLSContext.ServerSettings(certificatePath: path, keyPath: files.key))
      let client = try TLSContext(
        client: TLSContext.ClientSettings(caPath: certificates.files(root).certificate))
      var pair = try MemoryPair(client: client, server: server, serverName: "leaf.example.com")
      pair.run()
      let error = pair.client.error
      #expect((error == nil) == isGood)
    }
  }

  private func sign(_ name: String, by issuer: String, _ extensions: String) throws {
    let (files, authority) = (certificates.files(name), certificates.files(issuer))
    let request = certificates.path("\(name).csr")
    try certificates.openSSL([
      "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
      "/CN=\(name)", "-keyout", files.key, "-out", request,
    ])
    try certificates.openSSL([
      "x509", "-req", "-in", request, "-CA", authority.certificate, "-CAkey", authority.key,
      "-CAcreateserial", "-days", "2", "-out", files.certificate, "-extfile",
      try write("\(name).ext", extensions + "\n"),
    ])
  }
}
