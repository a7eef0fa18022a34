using System.Text.RegularExpressions;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>Where another verdict than that of containers/image is on purpose.</summary>
internal static partial class Reasons
{
    public const string Numbers = "a key is a text in base64, and no list of numbers, which Go reads too";
    public const string LongPrefix = "a prefix is no longer than a name may be, which matches nothing anyway";
    public const string Hosts = "what is before the first slash of a name, and has a dot, is a host, and no path for being none";
    public const string Looks = "what no hash covers must be right too: gpg looks away";
    public const string Subkey = "subkeys sign for their primary key, as for containers/image since 5.37";
    public const string Dates = "a signature may end after 2106, where the dates of gpg begin anew";
    public const string Version6 = "keys of version 6 are known here, and not to gpg 2";

    [GeneratedRegex("""
        "(p|signedP)refix":"[^"]{256,}"
        """)]
    private static partial Regex LongPrefixes { get; }

    [GeneratedRegex("""
        "keyData":\[\s*(1|null)?\s*\]
        """)]
    private static partial Regex NumbersAsKey { get; }

    /// <summary>Null where there is none.</summary>
    public static string? Find(TrustCase one, string ours, string theirs) => (ours, theirs) switch
    {
        (TrustCase.Invalid, _) when NumbersAsKey.IsMatch(one.PolicyText) => Numbers,
        (TrustCase.Invalid, _) when LongPrefixes.IsMatch(one.PolicyText) => LongPrefix,
        (not TrustCase.Allowed, _) when one.PolicyText.Contains("\"a_b.c/", StringComparison.Ordinal) => Hosts,
        (TrustCase.Allowed, TrustCase.Refused) when Maker.Version6.IsNamedIn(one.PolicyText) => Version6,
        (TrustCase.Allowed, TrustCase.Refused) => Of(one).FirstOrDefault(reason => reason is Subkey or Version6 or Dates),
        (TrustCase.Refused, TrustCase.Allowed) => Of(one).FirstOrDefault(reason => reason is not (Subkey or Version6 or Dates)),
        _ => null,
    };

    private static IEnumerable<string> Of(TrustCase one) =>
        one.Signatures.SelectMany(signature => signature.OnPurpose).OfType<string>();
}
