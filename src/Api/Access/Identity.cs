using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Access;

/// <summary>Who sent this request, and what the token that came with it is good for; null where none came.</summary>
/// <param name="Caller">Who it is, with the rights of this moment.</param>
/// <param name="Token">What the token says.</param>
/// <param name="IsRecent">Whether what was known a second ago will do: for reads by token, which come in crowds.</param>
internal sealed record Identity(Caller Caller, IReadOnlyList<AccessScope>? Token = null, bool IsRecent = false);

internal static class Identities
{
    extension(HttpContext context)
    {
        /// <summary>Who sent this request; nobody in particular until the gate has looked.</summary>
        public Identity Identity
        {
            get => context.Features.Get<Identity>() ?? new(Caller.Anonymous);
            set => context.Features.Set(value);
        }

        public Caller Caller => context.Identity.Caller;

        /// <summary>What tells callers apart where each has a share: the user, or where the request comes from.</summary>
        public string CallerKey => context.Caller.User is { } user
            ? user.ToString()
            : $"address {HashingSource.AddressOf(context.Connection.RemoteIpAddress)}";
    }
}
