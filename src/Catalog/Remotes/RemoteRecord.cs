using OrleansRegistry.Resources;

namespace OrleansRegistry.Remotes;

/// <summary>An upstream repository and how to reach it. Source: Pulp's REST: remotes.</summary>
public sealed record RemoteSettings
{
    public required string Name { get; init; }

    /// <summary>The root of the upstream registry.</summary>
    public required string Url { get; init; }

    /// <summary>The repository's name there; empty where the remote is of the whole registry.</summary>
    public required string UpstreamName { get; init; }

    /// <summary><c>immediate</c>, <c>on_demand</c> or <c>streamed</c>.</summary>
    public string Policy { get; init; } = "immediate";

    /// <summary>Patterns of tags, and digests, to take; null for all. Of a whole registry: patterns of names.</summary>
    public IReadOnlyList<string>? Includes { get; init; }

    /// <summary>Patterns of tags to leave out.</summary>
    public IReadOnlyList<string>? Excludes { get; init; }

    /// <summary>Where detached signatures lie, or null.</summary>
    public string? Sigstore { get; init; }

    public string? CaCert { get; init; }

    public string? ClientCert { get; init; }

    public bool TlsValidation { get; init; } = true;

    public string? ProxyUrl { get; init; }

    /// <summary>So many requests at once where the remote does not say.</summary>
    public const int UsualConcurrency = 10;

    public int? DownloadConcurrency { get; init; }

    public int? MaxRetries { get; init; }

    /// <summary>Requests per second.</summary>
    public int? RateLimit { get; init; }

    /// <summary>Seconds, as all time-outs here.</summary>
    public double? TotalTimeout { get; init; }

    public double? ConnectTimeout { get; init; }

    public double? SockConnectTimeout { get; init; }

    public double? SockReadTimeout { get; init; }

    /// <summary>Headers of every request, each <c>name: value</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }

    /// <summary>Other hosts that may give tokens for the registry, and learn the password.</summary>
    public IReadOnlyList<string>? TokenRealms { get; init; }

    /// <summary>
    /// Whose signatures count: OpenPGP certificates, armored, and public keys of cosign, as PEM; null where all do that are
    /// well-formed.
    /// </summary>
    public IReadOnlyList<string>? TrustedKeys { get; init; }

    /// <summary>Which images count as signed: a document as in containers-policy.json(5); null for none.</summary>
    public string? SignaturePolicy { get; init; }

    /// <summary>The platforms of which images are taken out of an index, such as <c>linux/arm64/v8</c>; null for all.</summary>
    public IReadOnlyList<string>? Platforms { get; init; }

    public Labels Labels { get; init; } = [];

    /// <summary>True for a remote that names no repository: what is pulled through it does.</summary>
    public bool IsOfRegistry() => UpstreamName.Length == 0;
}

/// <summary>What a remote must not show: encrypted at rest, never in an answer.</summary>
public sealed record RemoteSecrets(
    string? Username = null,
    string? Password = null,
    string? ProxyUsername = null,
    string? ProxyPassword = null,
    string? ClientKey = null);

/// <summary>One remote as the management REST shows it: of the secrets, only which are set.</summary>
public sealed record RemoteRecord(
    Guid Id,
    RemoteSettings Settings,
    IReadOnlySet<string> SecretsSet,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>Remotes with their secrets.</summary>
public interface IRemoteStore
{
    /// <summary>Creates a remote. The answer is its id.</summary>
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<Guid> CreateAsync(
        RemoteSettings settings, RemoteSecrets secrets, CancellationToken cancellationToken = default);

    /// <summary>The secrets of a remote, for whoever connects to it; null where there is no such remote.</summary>
    Task<RemoteSecrets?> FindSecretsAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Changes those settings and secrets that differ; whatever else changed meanwhile stays.</summary>
    /// <returns>False where there is no such remote.</returns>
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<bool> UpdateAsync(RemoteUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Encrypts secrets for the arguments of a task that changes that remote, and for nothing else.</summary>
    string SealForUpdate(Guid id, RemoteSecrets secrets);

    /// <summary>Deletes a remote. Repositories that named it have none afterwards.</summary>
    Task DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}
