extension Peer {
  /// HAProxy in TCP mode on one thread, as somebody who wants it fast would configure it.
  static let haproxy = haproxy("haproxy")
  /// HAProxy with room for a 1 MiB row to pass in few pieces.
  static let haproxyLargeBuffers = haproxy(
    "haproxy bufsize=128k", buffer: 131_072, isForBulk: true)
  /// HAProxy that moves what it can by `splice(2)`.
  static let haproxySplicing = haproxy("haproxy splice", splices: true, isForBulk: true)

  /// A variant whose buffers have so many bytes in each direction; 16,384 is the default.
  private static func haproxy(
    _ name: String, buffer: Int = 16_384, splices: Bool = false, isForBulk: Bool = false
  ) -> Peer {
    Peer(
      name: name, family: .haproxy, program: "haproxy", versionArguments: ["-v"],
      arguments: ["-db", "-q", "-f", "{configuration}"], poolings: [.session],
      encryption: .passes, isForBulk: isForBulk
    ) { setting in
      // The key lies beside the certificate, under the same name but for its ending.
      let encryption =
        setting.workload.encryption == .direct
        ? " ssl crt \(setting.certificatePath) alpn postgresql" : ""
      return """
        global
          nbthread 1
          ssl-load-extra-del-ext
          maxconn \(ComparisonLimits.connections)
          tune.bufsize \(buffer)
          maxpipes \(ComparisonLimits.pipes)
          tune.pipesize \(ComparisonLimits.pipeBytes)
        defaults
          mode tcp
          timeout connect 5s
          timeout client 1h
          timeout server 1h
          option clitcpka
          option srvtcpka
          option dontlognull
          \(splices ? "option splice-request\n  option splice-response" : "")
        listen postgres
          bind 127.0.0.1:\(setting.port) backlog 4096\(encryption)
          server primary 127.0.0.1:\(setting.serverPort)

        """
    }
  }
}
