using System.Text;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>Where a requirement's keys are.</summary>
internal abstract record KeySource
{
    private KeySource()
    {
    }

    /// <summary>The certificates for signatures of OpenPGP; null, with the end of a sentence, where they cannot be had.</summary>
    public virtual TrustedKeys? Certificates(PolicyQuestion question, out string? why)
    {
        why = null;
        return TrustedKeys.Load();
    }

    /// <summary>The same for signatures of cosign.</summary>
    public virtual IReadOnlyList<CosignPublicKey>? PublicKeys(PolicyQuestion question, out string? why)
    {
        why = null;
        return [];
    }

    /// <summary>In files, which are read anew for each question: one missing file fails all.</summary>
    public sealed record Files(IReadOnlyList<string> Paths) : KeySource
    {
        public override TrustedKeys? Certificates(PolicyQuestion question, out string? why) =>
            Read(question, out why) is { } files ? TrustedKeys.Load(files) : null;

        public override IReadOnlyList<CosignPublicKey>? PublicKeys(PolicyQuestion question, out string? why)
        {
            var keys = Read(question, out why)?.ConvertAll(
                pem => CosignPublicKey.TryParse(Encoding.UTF8.GetString(pem.Span), out var key) ? key : null);
            if (keys?.IndexOf(null) is >= 0 and var broken)
                why = $"{Paths[broken]} is no public key in PEM.";
            return why is null ? [.. keys!.OfType<CosignPublicKey>()] : null;
        }

        private List<ReadOnlyMemory<byte>>? Read(PolicyQuestion question, out string? why)
        {
            var files = Paths.Select(path => (path, Bytes: question.ReadKeys(path))).ToList();
            why = files.Find(file => file.Bytes is null).path is { } missing ? $"there is no file {missing}." : null;
            return why is null ? [.. files.Select(file => file.Bytes!.Value)] : null;
        }
    }

    /// <summary>In the policy itself.</summary>
    public sealed record OpenPgp(TrustedKeys Keys) : KeySource
    {
        public override TrustedKeys? Certificates(PolicyQuestion question, out string? why)
        {
            why = null;
            return Keys;
        }
    }

    /// <summary>In the policy itself.</summary>
    public sealed record Cosign(IReadOnlyList<CosignPublicKey> Keys) : KeySource
    {
        public override IReadOnlyList<CosignPublicKey>? PublicKeys(PolicyQuestion question, out string? why)
        {
            why = null;
            return Keys;
        }
    }

    /// <summary>Known to whoever asks. One that is not known fails all.</summary>
    public sealed record Named(IReadOnlyList<string> Fingerprints) : KeySource
    {
        public override TrustedKeys? Certificates(PolicyQuestion question, out string? why) =>
            All(question.Known.FindCertificate, out why) is { } found ? TrustedKeys.Together(found) : null;

        public override IReadOnlyList<CosignPublicKey>? PublicKeys(PolicyQuestion question, out string? why) =>
            All(question.Known.FindPublicKey, out why);

        private List<T>? All<T>(Func<string, T?> find, out string? why)
            where T : class
        {
            var found = Fingerprints.Select(name => (name, Key: find(name))).ToList();
            why = found.Find(one => one.Key is null).name is { } missing ? $"the key {missing} is not known here." : null;
            return why is null ? [.. found.Select(one => one.Key!)] : null;
        }
    }
}

/// <summary>The keys that a policy may name by fingerprint: upper-case hex digits.</summary>
public interface INamedKeys
{
    /// <summary>A certificate of OpenPGP, by its primary key; null where it is not known.</summary>
    TrustedKeys? FindCertificate(string fingerprint);

    /// <summary>A public key of cosign; null where it is not known.</summary>
    CosignPublicKey? FindPublicKey(string fingerprint);
}

/// <summary>Where no key is known by name.</summary>
internal sealed class NoNamedKeys : INamedKeys
{
    public static NoNamedKeys Instance { get; } = new();

    public TrustedKeys? FindCertificate(string fingerprint) => null;

    public CosignPublicKey? FindPublicKey(string fingerprint) => null;
}
