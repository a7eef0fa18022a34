using System.Security.Cryptography;
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
    private const string Label = "PUBLIC KEY";

    // RFC 8410: a header that never differs, and 32 bytes.
    private static readonly byte[] Ed25519Header =
        [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];

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
        BodyValues values, ImporterSettings before, IListing<RepositoryRecord> repositories,
        CancellationToken cancellationToken)
    {
        var mapping = values.Find<Dictionary<string, string>>(Mapping);
        if (mapping is not null && await WhyWrongAsync(mapping, repositories, cancellationToken) is { } refusal)
            throw RefusedException.Field(Mapping, refusal);
        return new(
            values.Get("name", before.Name),
            mapping ?? before.Mapping,
            values.Find<List<string>>(TrustedKeys) is { } keys ? [.. keys.Select(Key).Distinct()] : before.TrustedKeys);
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

    // As every program writes it.
    private static string Key(string text)
    {
        try
        {
            if (PemEncoding.TryFind(text, out var fields)
                && text[fields.Label].Equals(Label, StringComparison.Ordinal)
                && text[..fields.Location.Start].Trim().Length == 0 && text[fields.Location.End..].Trim().Length == 0
                && Convert.FromBase64String(text[fields.Base64Data]) is var key
                && key.Length == Ed25519Header.Length + 32 && key.AsSpan().StartsWith(Ed25519Header))
                return PemEncoding.WriteString(Label, key) + "\n";
        }
        catch (FormatException)
        {
            // No key: refused below.
        }

        throw RefusedException.Field(
            TrustedKeys,
            "Each entry is one Ed25519 public key, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----, as the "
            + "other server shows it at /pulp/api/v3/report-key/.");
    }
}
