using System.Text.RegularExpressions;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>Where the repository of a remote lies.</summary>
internal sealed partial class RemoteAddress
{
    private readonly string _root;

    /// <exception cref="UpstreamException">The remote names no place.</exception>
    public RemoteAddress(RemoteSettings settings)
    {
        var root = Place(settings.Url, "url");
        _root = root.GetLeftPart(UriPartial.Path).TrimEnd('/');
        Origin = Origin.Of(root);
        Host = root.Authority.ToLowerInvariant();
        GivenName = settings.UpstreamName;
        IsDockerHub = DockerHub.IsMatch(root.IdnHost);
        Repository = IsDockerHub && !GivenName.Contains('/', StringComparison.Ordinal) ? $"library/{GivenName}" : GivenName;
        if (!RepositoryName.TryParse(Repository, out _))
            throw new UpstreamException(
                UpstreamFailure.Unusable, "The remote's upstream_name is no name of a repository, such as team/app.");
        Sigstore = settings.Sigstore is { Length: > 0 } sigstore
            ? Place(sigstore, "sigstore").GetLeftPart(UriPartial.Path).TrimEnd('/')
            : null;
    }

    public Origin Origin { get; }

    /// <summary>The host and port, as messages name it.</summary>
    public string Host { get; }

    /// <summary>Whether it is a registry of Docker Hub, where names without a slash lie below <c>library/</c>.</summary>
    public bool IsDockerHub { get; }

    /// <summary>The repository's name there.</summary>
    public string Repository { get; }

    /// <summary>The name as the remote gives it: signatures lie below it.</summary>
    public string GivenName { get; }

    /// <summary>Where detached signatures lie, or null.</summary>
    public string? Sigstore { get; }

    /// <summary>What images are called there.</summary>
    public string Name => IsDockerHub ? $"docker.io/{Repository}" : $"{Host}/{Repository}";

    public bool IsOwn(Uri url) => Origin.Of(url) == Origin;

    /// <summary>A place below the root, by a path without leading slash.</summary>
    public Uri At(string path) => new($"{_root}/{path}");

    /// <summary>A place of the repository, such as <c>tags/list</c>.</summary>
    public Uri InRepository(string path) => At($"v2/{Repository}/{path}");

    /// <summary>What a link names, taken as a place on the registry itself, whatever host it names.</summary>
    public Uri Follow(Uri from, string link) =>
        Uri.TryCreate(from, link, out var target)
            ? new UriBuilder(At("")) { Path = target.AbsolutePath, Query = target.Query }.Uri
            : throw new UpstreamException(
                UpstreamFailure.Unusable, $"{Host} says that a list goes on at a place that is none: it cannot be read.");

    /// <summary>A host as messages name it: another one than the remote's with the way that led there.</summary>
    public string Describe(Uri url) =>
        url.Authority.Equals(Host, StringComparison.OrdinalIgnoreCase) ? Host : $"{url.Authority} (to which {Host} leads)";

    private static Uri Place(string text, string field) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "" }
            ? url
            : throw new UpstreamException(
                UpstreamFailure.Unusable, $"The remote's {field} is none of the form http(s)://host, without credentials.");

    // Source: Pulp's remotes: the first label is registry, or registry- and a number.
    [GeneratedRegex(@"\Aregistry(-[0-9]+)?\.docker\.(io|com)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DockerHub { get; }
}
