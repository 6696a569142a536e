public import ArgumentParser
public import LoadScenario

extension LoadTarget: ExpressibleByArgument {
  /// `HOST:PORT`: an IPv4 address or `localhost`, and a port.
  public init?(argument: String) { self.init(address: argument) }
}

extension LoadTarget.Spoken: ExpressibleByArgument {}
extension QueryMode: ExpressibleByArgument {}
