using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;

namespace OrleansRegistry.Management;

/// <summary>Who pushes may not take away what pushes are held to.</summary>
internal static class TrustRights
{
    /// <exception cref="ProblemException">The change touches what a name is held to, and the caller is no administrator.</exception>
    public static void RequireTrustRights(this HttpContext context, bool touches)
    {
        if (touches && context.Caller.Role < Role.Admin)
            throw new ProblemException(
                ProblemKind.Denied,
                "Only administrators may change which trust policy a name is held to, or what has one: ask one of them.",
                "trust_policy");
    }
}
