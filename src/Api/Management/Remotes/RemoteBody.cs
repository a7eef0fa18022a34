using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansRegistry.Remotes;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Management;

/// <summary>A remote in requests: its fields and what they look like. Source: Pulp's REST: remotes.</summary>
internal static class RemoteBody
{
    public static Body Body { get; } = new(
        "container.ContainerRemote",
        BodyFields.Name("name").Required,
        BodyFields.Text("url").Required,
        BodyFields.Text("upstream_name").Required,
        BodyFields.Choice("policy", "immediate", "on_demand", "streamed"),
        BodyFields.Texts("includes", 255).OrNull,
        BodyFields.Texts("excludes", 255).OrNull,
        BodyFields.Texts("include_tags", 255).OrNull,
        BodyFields.Texts("exclude_tags", 255).OrNull,
        BodyFields.Text("sigstore").OrNull,
        BodyFields.Text("username").OrNull,
        BodyFields.Text("password", keepBlanks: true).OrNull,
        BodyFields.Text("proxy_username").OrNull,
        BodyFields.Text("proxy_password", keepBlanks: true).OrNull,
        BodyFields.Text("client_key").OrNull,
        BodyFields.Text("ca_cert").OrNull,
        BodyFields.Text("client_cert").OrNull,
        BodyFields.Flag("tls_validation"),
        BodyFields.Text("proxy_url").OrNull,
        BodyFields.Integer("download_concurrency", 1).OrNull,
        BodyFields.Integer("max_retries", 0).OrNull,
        BodyFields.Integer("rate_limit", 0).OrNull,
        BodyFields.Number("total_timeout", 0).OrNull,
        BodyFields.Number("connect_timeout", 0).OrNull,
        BodyFields.Number("sock_connect_timeout", 0).OrNull,
        BodyFields.Number("sock_read_timeout", 0).OrNull,
        BodyFields.Headers("headers").OrNull,
        BodyFields.Texts("platforms", 255).OrNull,
        BodyFields.Texts("token_realms", 255).OrNull,
        BodyFields.Texts("trusted_keys").OrNull,
        BodyFields.Document("signature_policy").OrNull,
        BodyFields.Labels("pulp_labels"))
    {
        MostBytes = Body.FileBytes,
    };

    public static RemoteSettings New { get; } = new() { Name = "", Url = "", UpstreamName = "" };

    /// <summary>The settings after a request: what it does not mention stays as it was.</summary>
    /// <exception cref="RefusedException">A field does not look as it must.</exception>
    public static RemoteSettings Apply(BodyValues values, RemoteSettings before) => before with
    {
        Name = values.Get("name", before.Name),
        Url = values.Has("url") ? RegistryUrl("url", values.Get("url", "")) : before.Url,
        UpstreamName = values.Get("upstream_name", before.UpstreamName),
        Policy = values.Get("policy", before.Policy),
        Includes = Checked("includes", Patterns(values, "includes", "include_tags", before.Includes)),
        Excludes = Checked("excludes", Patterns(values, "excludes", "exclude_tags", before.Excludes)),
        Sigstore = values.Has("sigstore") && values.Get<string?>("sigstore", null) is { } sigstore
            ? RegistryUrl("sigstore", sigstore)
            : values.Get("sigstore", before.Sigstore),
        CaCert = Certificates(values, "ca_cert", before.CaCert),
        ClientCert = Certificates(values, "client_cert", before.ClientCert),
        TlsValidation = values.Get("tls_validation", before.TlsValidation),
        ProxyUrl = ProxyUrl(values.Get("proxy_url", before.ProxyUrl)),
        DownloadConcurrency = values.Get("download_concurrency", before.DownloadConcurrency),
        MaxRetries = values.Get("max_retries", before.MaxRetries),
        RateLimit = values.Get("rate_limit", before.RateLimit),
        TotalTimeout = values.Get("total_timeout", before.TotalTimeout),
        ConnectTimeout = values.Get("connect_timeout", before.ConnectTimeout),
        SockConnectTimeout = values.Get("sock_connect_timeout", before.SockConnectTimeout),
        SockReadTimeout = values.Get("sock_read_timeout", before.SockReadTimeout),
        Headers = values.Has("headers")
            ? values.Find<IReadOnlyList<KeyValuePair<string, string>>>("headers")
            : before.Headers,
        Platforms = values.Has("platforms") ? Platforms(values.Find<List<string>>("platforms")) : before.Platforms,
        TokenRealms = values.Has("token_realms")
            ? Hosts("token_realms", values.Find<List<string>>("token_realms"))
            : before.TokenRealms,
        TrustedKeys = values.Has("trusted_keys") ? values.Find<List<string>>("trusted_keys") : before.TrustedKeys,
        SignaturePolicy = values.Get("signature_policy", before.SignaturePolicy),
        Labels = values.Get("pulp_labels", before.Labels),
    };

    public static RemoteSecrets Apply(BodyValues values, RemoteSecrets before) => new(
        values.Get("username", before.Username),
        values.Get("password", before.Password),
        values.Get("proxy_username", before.ProxyUsername),
        values.Get("proxy_password", before.ProxyPassword),
        values.Get("client_key", before.ClientKey));

    /// <summary>Refuses settings and secrets that make no sense together.</summary>
    /// <exception cref="RefusedException">There are credentials for a proxy, and none that they are for.</exception>
    public static void RequireTogether(RemoteSettings settings, RemoteSecrets secrets)
    {
        if (settings.ProxyUrl is null && (secrets.ProxyUsername ?? secrets.ProxyPassword) is not null)
            throw RefusedException.Field("proxy_url", "Credentials for a proxy need its URL.");
    }

    // The old names add to the new ones of the same request, or replace what was there; empty, they do nothing.
    private static IReadOnlyList<string>? Patterns(
        BodyValues values, string name, string oldName, IReadOnlyList<string>? before)
    {
        var sent = values.Find<List<string>>(name);
        var old = values.Find<List<string>>(oldName) ?? [];
        if (old.Count > 0)
            return [.. sent ?? [], .. old];
        return values.Has(name) ? sent : before;
    }

    private static IReadOnlyList<string>? Checked(string field, IReadOnlyList<string>? patterns)
    {
        foreach (var text in patterns ?? [])
            if (!NamePattern.TryParse(text, out _, out var refusal))
                throw RefusedException.Field(field, refusal);
        return patterns;
    }

    private static List<string>? Platforms(List<string>? platforms) =>
        platforms?.Find(platform => !PlatformSelection.IsPlatform(platform)) is { } wrong
            ? throw RefusedException.Field(
                "platforms", $"'{wrong}' is no platform; write it as linux/amd64, or linux/arm64/v8.")
            : platforms;

    private static List<string>? Hosts(string field, List<string>? hosts) =>
        hosts?.Find(host => Uri.CheckHostName(host) is UriHostNameType.Unknown) is { } wrong
            ? throw RefusedException.Field(field, $"'{wrong}' is no name of a host; write it without scheme and port.")
            : hosts;

    private static string RegistryUrl(string field, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw RefusedException.Field(field, "Enter a valid URL of the form http(s)://host.");
        return uri.UserInfo.Length == 0
            ? url
            : throw RefusedException.Field(
                field, "The url contains username or password authentication information; use their own fields.");
    }

    private static string? ProxyUrl(string? url) => url?.Contains('@') == true
        ? throw RefusedException.Field("proxy_url", "The url must not hold credentials; give them in their own fields.")
        : url;

    // Only the certificates are kept of what was sent.
    private static string? Certificates(BodyValues values, string name, string? before)
    {
        if (!values.Has(name) || values.Get<string?>(name, null) is not { } text)
            return values.Get(name, before);
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(text);
            if (certificates.Count > 0)
                return string.Join('\n', certificates.Select(certificate => certificate.ExportCertificatePem())) + "\n";
        }
        catch (CryptographicException)
        {
            // Not a certificate: refused below.
        }

        throw RefusedException.Field(name, "No valid certificate found.");
    }
}
