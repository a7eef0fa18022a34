using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Revocations;

/// <summary>The task that signs anew what a revocation left without a signature.</summary>
public static class ResignTasks
{
    public const string Kind = "revocation.resign";

    public static TaskRequest Resign(ResignArguments arguments) => new(
        Kind, TaskJson.Write(arguments), [], [Reservation.Of(ResourceKind.SigningService, arguments.Service)]);
}

/// <param name="Revocation">What left images unsigned.</param>
/// <param name="Service">Who signs.</param>
/// <param name="Host">How this registry is known.</param>
public sealed record ResignArguments(Guid Revocation, Guid Service, string Host);
