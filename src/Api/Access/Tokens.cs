using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansRegistry.Access;

/// <summary>A token, and until when it holds.</summary>
internal sealed record IssuedToken(string Text, DateTimeOffset IssuedAt, TimeSpan Lifetime);

/// <summary>Whom a token is for: a user as he was when he asked for it.</summary>
internal sealed record TokenOwner(Guid Id, string Name, long Generation);

/// <summary>What a token says: whose it is, what it is good for, and when it holds, in UTC.</summary>
/// <param name="Owner">Null for an anonymous one.</param>
/// <param name="Access">What it is good for.</param>
/// <param name="From">Since when.</param>
/// <param name="Until">Until when.</param>
internal sealed record ReadToken(
    TokenOwner? Owner, IReadOnlyList<AccessScope> Access, DateTime From, DateTime Until);

/// <summary>
/// Issues and reads the tokens of registry clients: JSON web tokens, signed with ES256 by a key that all nodes share.
/// Source: Docker Registry, "Token Authentication Specification".
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The key lives as long as the process.")]
internal sealed class Tokens(ITokenKeyStore keys, IOptions<AccessOptions> options, TimeProvider clock)
{
    private const string AccessClaim = "access";
    private const string OwnerClaim = "owner";
    private const string GenerationClaim = "generation";
    private const int MostOfRefreshToken = 4096;

    // What stands in the header tells the two kinds apart: neither passes for the other.
    private const string AccessType = "JWT";
    private const string RefreshType = "refresh+jwt";
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly MemoryCache _read = new(new MemoryCacheOptions { SizeLimit = 10_000 });
    private readonly SemaphoreSlim _once = new(1);
    private ECDsaSecurityKey? _key;

    /// <summary>A token for a user at a service; none is for anonymous ones.</summary>
    public async Task<IssuedToken> IssueAsync(
        string issuer, string service, TokenOwner? owner, IReadOnlyList<AccessScope> access,
        CancellationToken cancellationToken)
    {
        var claims = ClaimsOf(owner);
        claims[AccessClaim] = JsonSerializer.SerializeToElement(access, JsonSerializerOptions.Web);
        return await CreateAsync(
            AccessType, options.Value.TokenLifetime, issuer, service, claims, cancellationToken);
    }

    /// <summary>A refresh token for a user at a service.</summary>
    public async Task<string> IssueRefreshAsync(
        string issuer, string service, TokenOwner owner, CancellationToken cancellationToken) =>
        (await CreateAsync(
            RefreshType, options.Value.RefreshTokenLifetime, issuer, service, ClaimsOf(owner), cancellationToken)).Text;

    /// <summary>Whose refresh token it is; null where it is not ours, for another service, or over.</summary>
    public async ValueTask<TokenOwner?> ReadRefreshAsync(
        string token, string issuer, string service, CancellationToken cancellationToken) =>
        token.Length <= MostOfRefreshToken
        && await ValidateAsync(RefreshType, token, issuer, service, cancellationToken) is { } valid
            ? OwnerOf(valid)
            : null;

    private async Task<IssuedToken> CreateAsync(
        string type, TimeSpan lifetime, string issuer, string service, Dictionary<string, object> claims,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Issuer = issuer,
            Audience = service,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = new(await GetKeyAsync(cancellationToken), SecurityAlgorithms.EcdsaSha256),
        });
        return new(token, now, lifetime);
    }

    /// <summary>Whose token it is, and what it is good for; null where it is not ours, for another service, or over.</summary>
    /// <remarks>A pull brings the same token with every layer: what was read once is remembered until it is over.</remarks>
    public async ValueTask<ReadToken?> ReadAsync(
        string token, string issuer, string service, CancellationToken cancellationToken)
    {
        var key = (token, issuer, service);
        if (_read.TryGetValue<ReadToken>(key, out var known) && Holds(known!.From, known.Until))
            return known;
        var read = await ValidateAsync(AccessType, token, issuer, service, cancellationToken) is { } valid
            && valid.TryGetPayloadValue<JsonElement>(AccessClaim, out var access)
                ? new ReadToken(
                    OwnerOf(valid),
                    access.Deserialize<List<AccessScope>>(JsonSerializerOptions.Web) ?? [],
                    valid.ValidFrom,
                    valid.ValidTo)
                : null;
        if (read is not null)
            _read.Set(key, read, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = read.Until });
        return read;
    }

    private async Task<JsonWebToken?> ValidateAsync(
        string type, string token, string issuer, string service, CancellationToken cancellationToken)
    {
        var result = await _handler.ValidateTokenAsync(token, new()
        {
            ValidTypes = [type],
            ValidIssuer = issuer,
            ValidAudience = service,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = await GetKeyAsync(cancellationToken),
            LifetimeValidator = (from, until, _, _) => Holds(from, until),
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken valid } ? valid : null;
    }

    private static Dictionary<string, object> ClaimsOf(TokenOwner? owner)
    {
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = owner?.Name ?? "",
            [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
        };
        if (owner is not null)
        {
            claims[OwnerClaim] = owner.Id.ToString();
            claims[GenerationClaim] = owner.Generation;
        }

        return claims;
    }

    // A token that names a user and not which one is nobody's.
    private static TokenOwner? OwnerOf(JsonWebToken token) =>
        token.Subject.Length == 0 ? null
        : token.TryGetPayloadValue<string>(OwnerClaim, out var id) && Guid.TryParse(id, out var user)
            && token.TryGetPayloadValue<long>(GenerationClaim, out var generation)
            ? new(user, token.Subject, generation)
            : new(Guid.Empty, token.Subject, -1);

    private bool Holds(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return from <= now + Skew && now < until + Skew;
    }

    private async ValueTask<ECDsaSecurityKey> GetKeyAsync(CancellationToken cancellationToken)
    {
        if (_key is { } known)
            return known;
        await _once.WaitAsync(cancellationToken);
        try
        {
            return _key ??= Open(await keys.GetOrAddAsync(Create, cancellationToken));
        }
        finally
        {
            _once.Release();
        }
    }

    private static byte[] Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    private static ECDsaSecurityKey Open(byte[] bytes)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(bytes, out _);
        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}
