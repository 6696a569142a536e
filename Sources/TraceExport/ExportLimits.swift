/// Every limit of the export of traces.
public enum ExportLimits {
  /// Most requests whose spans go in one message to the collector.
  public static let batch = 512
  /// How long spans are gathered before a message is sent that isn't full.
  public static let gather = Duration.seconds(1)
  /// How often the workers' queues are looked into.
  public static let look = Duration.milliseconds(200)
  /// How long the collector may take to answer one message.
  public static let answer = Duration.seconds(5)
  /// How often a message is sent before what is in it is given up.
  public static let attempts = 4
  /// The pause before the second attempt; each further one doubles it.
  public static let firstPause = Duration.milliseconds(500)
  /// The longest pause, also where the collector asks for a longer one.
  public static let longestPause = Duration.seconds(10)
  /// Most bytes of an answer that are read.
  public static let answerBytes = 64 << 10
  /// How long the last message may take when the router ends.
  public static let farewell = Duration.seconds(1)
}
