using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Management;

/// <summary>An importer in requests. Source: Pulp's REST: importers.</summary>
internal static class ImporterBody
{
    public const string Mapping = "repo_mapping";
    public const string TrustedKeys = "trusted_keys";

    private const int MaxKey = 4096;

    public static Body Body { get; } = new(
        "PulpImporter",
        BodyFields.Name("name").Required,
        BodyFields.Names(Mapping),
        BodyFields.Texts(TrustedKeys, MaxKey))
    {
        MostBytes = ExchangeBodies.MostBytes,
    };

    public static ImporterSettings New { get; } = new("", new Dictionary<string, string>(), []);

    /// <exception cref="RefusedException">A repository of the mapping does not exist, or a key is none.</exception>
    public static async Task<ImporterSettings> ApplyAsync(
        BodyValues values, ImporterSettings before, IListing<RepositoryRecord> repositories, IBundleTrust trust,
        CancellationToken cancellationToken)
    {
        var mapping = values.Find<Dictionary<string, string>>(Mapping);
        if (mapping is not null && await WhyWrongAsync(mapping, repositories, cancellationToken) is { } refusal)
            throw RefusedException.Field(Mapping, refusal);
        return new(
            values.Get("name", before.Name),
            mapping ?? before.Mapping,
            values.Find<List<string>>(TrustedKeys) is { } keys
                ? [.. keys.Select(key => Key(key, trust)).Distinct()]
                : before.TrustedKeys);
    }

    /// <summary>What is wrong with a mapping; null where nothing is.</summary>
    public static async Task<string?> WhyWrongAsync(
        Dictionary<string, string> mapping, IListing<RepositoryRecord> repositories,
        CancellationToken cancellationToken)
    {
        if (mapping.GroupBy(pair => pair.Value).FirstOrDefault(one => one.Count() > 1) is { } twice)
            return $"'{twice.First().Key}' and '{twice.Last().Key}' would both become '{twice.Key}': "
                + "map each to a repository of its own.";
        foreach (var names in mapping.Values.Chunk(500))
        {
            var found = await repositories.ListAsync(
                new(new Match("name__in", names), [], names.Length, 0), cancellationToken);
            if (names.Except(found.Select(repository => repository.Settings.Name)).FirstOrDefault() is { } missing)
                return $"Failed to find repositories from repo_mapping: there is no repository '{missing}'. Create "
                    + "it first.";
        }

        return null;
    }

    private static string Key(string text, IBundleTrust trust) => trust.ReadKey(text) ?? throw RefusedException.Field(
        TrustedKeys,
        "Each entry is one Ed25519 public key, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----, as the "
        + "other server shows it at /pulp/api/v3/report-key/.");
}
