using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Access;

/// <summary>Who may do what: logins by user name and password, and by token.</summary>
public static class AccessApi
{
    /// <param name="services">Where they go.</param>
    /// <param name="publicUrl">Where clients reach the registry, or null for wherever they ask.</param>
    public static IServiceCollection AddAccess(this IServiceCollection services, Uri? publicUrl)
    {
        services.AddSingleton(new PublicAddress(publicUrl));
        services.AddSingleton<Passwords>();
        services.AddSingleton<LoginFailures>();
        services.AddSingleton<Logins>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<TokenOwners>();
        services.AddSingleton<TokenAnswers>();
        services.AddSingleton<Permissions>();
        services.AddSingleton<BodyMemory>();
        services.AddSingleton<OpenUploads>();
        return services;
    }

    /// <summary>Checks every request that has an endpoint; or takes everybody for an administrator.</summary>
    public static void UseAccess(this IApplicationBuilder app, bool isRequired)
    {
        app.RefuseForeignSites(isRequired);
        if (isRequired)
            app.UseMiddleware<AccessGate>();
        else
            app.Use(static (context, next) =>
            {
                context.Identity = new(Caller.Unquestioned);
                return next(context);
            });
    }

    public static void MapAccess(this IEndpointRouteBuilder endpoints, bool isRequired)
    {
        if (isRequired)
            endpoints.MapTokens();
    }
}
