using System.Net;
using OrleansRegistry.Access;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Journal;

/// <summary>One pull of a manifest, as it happens.</summary>
/// <param name="Manifest">What was answered.</param>
/// <param name="Repository">The repository that it came from.</param>
/// <param name="Name">The name that was asked.</param>
/// <param name="Tag">The tag that was asked for; null where it was a digest.</param>
/// <param name="Caller">Who pulled.</param>
/// <param name="Address">Where the request came from; null where that is no address.</param>
public sealed record Pull(
    Digest Manifest, Guid Repository, RepositoryName Name, Tag? Tag, Caller Caller, IPAddress? Address);

/// <summary>What makes pulls one row of the journal.</summary>
/// <param name="Manifest">What was pulled.</param>
/// <param name="Repository">From where.</param>
/// <param name="User">By whom; null for nobody in particular.</param>
/// <param name="Address">The address of the client; null where there is none.</param>
/// <param name="Day">When, in UTC.</param>
public readonly record struct PullKey(Digest Manifest, Guid Repository, Guid? User, IPAddress? Address, DateOnly Day);

/// <summary>Pulls that are one row of the journal, or will be.</summary>
/// <param name="Key">What they have in common.</param>
/// <param name="Name">The name that was asked last.</param>
/// <param name="Tag">The tag that was asked for last; null where it was a digest each time.</param>
/// <param name="UserName">What the user was called last; empty for nobody in particular.</param>
/// <param name="Count">How many they are.</param>
/// <param name="First">When the first was.</param>
/// <param name="Last">When the last was.</param>
public sealed record PullEntry(
    PullKey Key, RepositoryName Name, Tag? Tag, string UserName, long Count, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>One pull.</summary>
    public static PullEntry Of(Pull pull, DateTimeOffset at) => new(
        new(pull.Manifest, pull.Repository, pull.Caller.User, Plain(pull.Address), DateOnly.FromDateTime(at.UtcDateTime)),
        pull.Name,
        pull.Tag,
        pull.Caller.Name,
        1,
        at,
        at);

    /// <summary>An address as it is written down: one of IPv4 is that, whatever socket it came through.</summary>
    public static IPAddress? Plain(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    /// <summary>These and others of the same key.</summary>
    public PullEntry With(PullEntry other)
    {
        var (earlier, later) = Last <= other.Last ? (this, other) : (other, this);
        return later with
        {
            Tag = later.Tag ?? earlier.Tag,
            Count = Count + other.Count,
            First = First <= other.First ? First : other.First,
        };
    }
}

/// <summary>A row of the journal.</summary>
/// <param name="Id">Its id, by which rows can be read one page after the other.</param>
/// <param name="Manifest">The digest of the manifest.</param>
/// <param name="Repository">The id of the repository, which may be gone.</param>
/// <param name="RepositoryName">What the repository was called.</param>
/// <param name="Name">The name that clients asked last.</param>
/// <param name="Tag">The tag that was asked for last; null where it was a digest each time.</param>
/// <param name="User">The id of the user, who may be gone; null for nobody in particular.</param>
/// <param name="UserName">What the user was called; empty for nobody in particular.</param>
/// <param name="Address">The address of the client, or empty.</param>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Count">How many pulls.</param>
/// <param name="First">When the first was.</param>
/// <param name="Last">When the last was.</param>
public sealed record PullRecord(
    Guid Id,
    Digest Manifest,
    Guid Repository,
    string RepositoryName,
    string Name,
    Tag? Tag,
    Guid? User,
    string UserName,
    string Address,
    DateOnly Day,
    long Count,
    DateTimeOffset First,
    DateTimeOffset Last);
