/// The files of the web page. They are part of the program, so that there is nothing to deploy beside it.
enum PageAssets {
  /// A file as it is served.
  struct File: Sendable {
    let path: String
    let mediaType: String
    let text: String
  }

  /// All of them.
  static let files = [
    File(path: "/", mediaType: "text/html; charset=utf-8", text: document),
    File(path: "/assets/icon.svg", mediaType: "image/svg+xml", text: icon),
    style("page", style), style("figures", figuresStyle),
    script("page", pageScript), script("dom", domScript), script("format", formatScript),
    script("tables", tablesScript), script("glance", glanceScript), script("fleet", fleetScript),
    script("plots", plotsScript), script("route", routeScript), script("lists", listsScript),
  ]

  private static func style(_ name: String, _ text: String) -> File {
    File(path: "/assets/\(name).css", mediaType: "text/css; charset=utf-8", text: text)
  }

  private static func script(_ name: String, _ text: String) -> File {
    File(path: "/assets/\(name).js", mediaType: "text/javascript; charset=utf-8", text: text)
  }
}
