using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management.Tests.Trust;

/// <summary>Two nodes that look several times a second for what is to be signed, and what was not accepted in time.</summary>
public abstract class AcceptingRegistry(Engine engine) : RevokingRegistry(engine)
{
    private protected override void Replace(IServiceCollection services) =>
        services.Configure<SigningOptions>(options => options.NewTagsInterval = TimeSpan.FromMilliseconds(200));
}
