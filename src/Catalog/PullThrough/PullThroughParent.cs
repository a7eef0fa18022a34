using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;
using OrleansRegistry.Sync;

namespace OrleansRegistry.PullThrough;

/// <summary>A pull-through distribution, and the registry behind it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="BasePath">Its base path.</param>
/// <param name="Remote">The remote's id.</param>
/// <param name="Settings">What the remote says: the patterns are of names.</param>
public sealed record PullThroughParent(Guid Id, string BasePath, Guid Remote, RemoteSettings Settings)
{
    /// <summary>
    /// What that name is called upstream; null where it does not lie below the base path, segment by segment, or the patterns
    /// of the remote leave it out. No <c>includes</c> are all names; <c>excludes</c> are taken away.
    /// </summary>
    public string? UpstreamNameOf(RepositoryName name)
    {
        var (text, start) = (name.ToString(), $"{BasePath}/");
        if (!text.StartsWith(start, StringComparison.Ordinal) || text.Length == start.Length)
            return null;
        var rest = text[start.Length..];
        return (Settings.Includes is not { Count: > 0 } includes || Matches(includes, rest))
            && !Matches(Settings.Excludes ?? [], rest) ? rest : null;
    }

    /// <summary>The settings of a remote for one repository of the registry.</summary>
    public RemoteSettings SettingsOf(RepositoryName name, string upstreamName) => Settings with
    {
        Name = name.ToString(),
        UpstreamName = upstreamName,
        Includes = null,
        Excludes = null,
        Labels = [],
    };

    // Patterns were checked when they were set.
    private static bool Matches(IEnumerable<string> patterns, string name) =>
        patterns.Any(text => NamePattern.TryParse(text, out var pattern, out _) && pattern.Matches(name));
}
