/// What is shown of how sessions share server connections: of the router's own role, no password.
extension RouterSettings {
  var shownPooling: [SettingInForce] {
    let standard = PoolingSettings()
    let perInstance: Int = pooling.serversPerInstance ?? 0
    let counts = [
      SettingInForce("pooling.serversPerPool", pooling.serversPerPool, standard.serversPerPool),
      SettingInForce(
        "pooling.minServersPerPool", pooling.minServersPerPool, standard.minServersPerPool),
      SettingInForce(
        "pooling.serversPerWorker", pooling.serversPerWorker, standard.serversPerWorker),
      SettingInForce("pooling.serversPerInstance", perInstance, 0),
      SettingInForce("pooling.waitingSessions", pooling.waitingSessions, standard.waitingSessions),
      SettingInForce("pooling.failoverWaiters", pooling.failoverWaiters, standard.failoverWaiters),
      SettingInForce(
        "pooling.statementsPerServer", pooling.statementsPerServer, standard.statementsPerServer),
    ]
    let times = [
      SettingInForce("pooling.queryWait", pooling.queryWait, standard.queryWait),
      SettingInForce("pooling.queueTarget", pooling.queueTarget, standard.queueTarget),
      SettingInForce("pooling.failoverWindow", pooling.failoverWindow, standard.failoverWindow),
      SettingInForce("pooling.serverIdle", pooling.serverIdle, standard.serverIdle),
      SettingInForce("pooling.serverLifetime", pooling.serverLifetime, standard.serverLifetime),
      SettingInForce(
        "pooling.serverCheckDelay", pooling.serverCheckDelay, standard.serverCheckDelay),
    ]
    let logins = [
      SettingInForce("pooling.cleaning", pooling.cleaning.rawValue, standard.cleaning.rawValue),
      SettingInForce(
        "pooling.authentication", pooling.authentication.rawValue,
        standard.authentication.rawValue),
      SettingInForce("pooling.authQuery.user", pooling.authQuery?.user, nil),
      SettingInForce(
        "pooling.authQuery.database", pooling.authQuery?.database,
        AuthQueryRole(user: "").database),
      SettingInForce(
        "pooling.authQuery.query", pooling.authQuery?.query, AuthQueryRole.catalogQuery),
    ]
    return counts + times + logins
  }
}
