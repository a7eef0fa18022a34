namespace OrleansRegistry.Exchange;

/// <summary>How bundles from elsewhere become repositories of this server.</summary>
/// <param name="Name">Unique among importers.</param>
/// <param name="Mapping">Names of repositories there, and what they are called here; all others keep their names.</param>
/// <param name="TrustedKeys">
/// Public keys, PEM: only bundles that one of them signed are taken. Empty where whoever may import is trusted to know what.
/// </param>
public sealed record ImporterSettings(
    string Name, IReadOnlyDictionary<string, string> Mapping, IReadOnlyList<string> TrustedKeys)
{
    /// <summary>Whether those are the settings, whatever the order of the mapping.</summary>
    public bool IsSame(ImporterSettings other) =>
        Name == other.Name && HasMapping(other.Mapping) && TrustedKeys.SequenceEqual(other.TrustedKeys);

    /// <summary>Whether that is the mapping, in whatever order.</summary>
    public bool HasMapping(IReadOnlyDictionary<string, string> other) =>
        Mapping.Count == other.Count && Mapping.All(pair => other.GetValueOrDefault(pair.Key) == pair.Value);
}

public sealed record ImporterRecord(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, ImporterSettings Settings);

/// <summary>A bundle that was read, and what became of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Importer">The importer.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="Task">The task that read it; it may be forgotten.</param>
/// <param name="Parameters">What was asked for: JSON.</param>
/// <param name="Report">What the bundle was, and what was taken of it: JSON.</param>
public sealed record ImportRecord(
    Guid Id, Guid Importer, DateTimeOffset CreatedAt, Guid? Task, string Parameters, string Report);

/// <summary>What a repository has of one that lies elsewhere.</summary>
/// <param name="Source">The repository there.</param>
/// <param name="Repository">The repository here.</param>
/// <param name="Version">The newest version of the source that came here.</param>
/// <param name="Bundle">With which bundle.</param>
public sealed record ImportedVersion(Guid Source, Guid Repository, int Version, Guid Bundle);
