using System.Text.Json.Nodes;
using OrleansRegistry.Remotes;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>A remote in answers. Source: Pulp's REST: remotes.</summary>
internal static class RemoteShape
{
    /// <summary>The fields that no answer shows.</summary>
    public static readonly string[] Secrets =
        ["client_key", "proxy_username", "proxy_password", "username", "password"];

    public static Shape<RemoteRecord> Shape { get; } = new(
        "container.ContainerRemote",
        [
            .. CommonFields.Of<RemoteRecord>(
                ResourceKind.Remote, record => record.Id, record => record.CreatedAt, record => record.UpdatedAt),
            Text("name", settings => settings.Name),
            Text("url", settings => settings.Url),
            TextOrNull("ca_cert", settings => settings.CaCert),
            TextOrNull("client_cert", settings => settings.ClientCert),
            new("tls_validation", Schema.Flag, record => record.Settings.TlsValidation),
            TextOrNull("proxy_url", settings => settings.ProxyUrl),
            CommonFields.Labels<RemoteRecord>(record => record.Settings.Labels),
            Whole("download_concurrency", settings => settings.DownloadConcurrency),
            Whole("max_retries", settings => settings.MaxRetries),
            Text("policy", settings => settings.Policy),
            Seconds("total_timeout", settings => settings.TotalTimeout),
            Seconds("connect_timeout", settings => settings.ConnectTimeout),
            Seconds("sock_connect_timeout", settings => settings.SockConnectTimeout),
            Seconds("sock_read_timeout", settings => settings.SockReadTimeout),
            new("headers", Schema.ListOf(Schema.Object).OrNull(), record => Headers(record.Settings.Headers)),
            Whole("rate_limit", settings => settings.RateLimit),
            new("hidden_fields", Schema.ListOf(Schema.Object), Hidden),
            Text("upstream_name", settings => settings.UpstreamName),
            List("includes", settings => settings.Includes),
            List("excludes", settings => settings.Excludes),
            TextOrNull("sigstore", settings => settings.Sigstore),
            List("platforms", settings => settings.Platforms),
            List("token_realms", settings => settings.TokenRealms),
            List("trusted_keys", settings => settings.TrustedKeys),
            new(
                "signature_policy", Schema.Object.OrNull(),
                record => record.Settings.SignaturePolicy is { } policy ? JsonNode.Parse(policy) : null),
        ]);

    private static Field<RemoteRecord> Text(string name, Func<RemoteSettings, string> read) =>
        CommonFields.Text<RemoteRecord>(name, record => read(record.Settings));

    private static Field<RemoteRecord> TextOrNull(string name, Func<RemoteSettings, string?> read) =>
        CommonFields.TextOrNull<RemoteRecord>(name, record => read(record.Settings));

    private static Field<RemoteRecord> Whole(string name, Func<RemoteSettings, int?> read) =>
        CommonFields.NumberOrNull<RemoteRecord>(name, record => read(record.Settings));

    private static Field<RemoteRecord> Seconds(string name, Func<RemoteSettings, double?> read) =>
        new(name, Schema.Number.OrNull(), record => read(record.Settings));

    private static Field<RemoteRecord> List(string name, Func<RemoteSettings, IReadOnlyList<string>?> read) => new(
        name,
        Schema.ListOf(Schema.Text).OrNull(),
        record => read(record.Settings) is { } texts ? PulpJson.Texts(texts) : null);

    private static JsonArray? Headers(IReadOnlyList<KeyValuePair<string, string>>? headers) => headers is null
        ? null
        : new([.. headers.Select(header => new JsonObject { [header.Key] = header.Value })]);

    private static JsonArray Hidden(RemoteRecord record) => new(
    [
        .. Secrets.Select(name => new JsonObject { ["name"] = name, ["is_set"] = record.SecretsSet.Contains(name) }),
    ]);
}
